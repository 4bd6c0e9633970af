/** What git itself tells of an attempt's commands, and which commits in a shared directory are whose by that. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { openRepository } from "@fleet/kit/git/repository";

import { commitsOf } from "../../src/attempts/ran/commits-of.ts";
import { type Move, movesSince } from "../../src/attempts/ran/moves.ts";
import { boundTrace, foundAt, keepRan, readRan, tracePath } from "../../src/attempts/ran/ran.ts";
import { targetFor, traceValue, traceVariables } from "../../src/attempts/ran/target.ts";
import { decodeTrace, type GitCommand, type GitRan } from "../../src/attempts/ran/trace.ts";
import { writeAttempt } from "../../src/attempts/records/record.ts";
import { RECORD } from "../support/attempt.ts";

const TOP = "/w";
const command = (name: string, over: Partial<GitCommand> = {}): GitCommand => ({
  name,
  args: [name],
  worktree: TOP,
  at: 100_100,
  until: 100_200,
  code: 0,
  ...over,
});
const ran = (...commands: GitCommand[]): GitRan => ({ commands, cut: false });
const move = (what: string, at = 100): Move => ({ hash: what, at, what });

describe("whose a commit is", () => {
  it.each<[what: string, own: GitCommand[], others: GitCommand[], moves: Move[], mine: string[], unsure: string[]]>([
    ["its own", [command("commit")], [], [move("commit: a")], ["commit: a"], []],
    ["none that it did not make", [], [], [move("commit: a")], [], []],
    ["not by a dry run", [command("commit", { args: ["commit", "--dry-run"] })], [], [move("commit: a")], [], []],
    ["not by one that failed", [command("commit", { code: 1 })], [], [move("commit: a")], [], []],
    ["not by one elsewhere", [command("commit", { worktree: "/x" })], [], [move("commit: a")], [], []],
    ["not at another time", [command("commit")], [], [move("commit: a", 99)], [], []],
    ["not what another kind of command does", [command("merge")], [], [move("commit: a")], [], []],
    [
      "of two in one second the one with its subject",
      [command("commit", { args: ["commit", "-qm", "a\n\nmore"] })],
      [],
      [move("commit: b"), move("commit: a")],
      ["commit: a"],
      ["commit: b"],
    ],
    [
      "neither of two in one second that nothing tells apart",
      [command("commit")],
      [],
      [move("commit: b"), move("commit: a")],
      [],
      ["commit: b", "commit: a"],
    ],
    [
      "in the order of the commands, beside another whose commands are known",
      [command("commit", { at: 100_500, until: 100_600 })],
      [command("commit")],
      [move("commit: b"), move("commit: a")],
      ["commit: a"],
      ["commit: b"],
    ],
    [
      "what is surely another's is not even unsure",
      [command("commit", { args: ["commit", "-m", "a"], at: 100_150, until: 100_250 })],
      [command("commit", { args: ["commit", "-m", "b"] })],
      [move("commit: b"), move("commit: a")],
      ["commit: a"],
      [],
    ],
    [
      "all picks, also of one that stopped at a conflict",
      [command("cherry-pick", { until: 102_000, code: 1 })],
      [],
      [move("cherry-pick: a"), move("cherry-pick: b", 101), move("commit: c", 101)],
      ["cherry-pick: a", "cherry-pick: b"],
      [],
    ],
    [
      "what a pull merged",
      [command("merge", { under: "pull" }), command("pull")],
      [],
      [move("pull origin: Merge made by the 'ort' strategy.")],
      ["pull origin: Merge made by the 'ort' strategy."],
      [],
    ],
    ["by hand, with words of its own", [command("update-ref")], [], [move("my script says")], ["my script says"], []],
    [
      "with a date that was set for it",
      [command("commit", { args: ["commit", "-m", "old"] })],
      [],
      [move("commit: old", 7)],
      ["commit: old"],
      [],
    ],
    [
      "of one that was killed, until the end of the attempt",
      [command("rebase", { until: undefined, code: undefined })],
      [],
      [move("rebase (pick): a", 900), move("rebase (pick): b", 1_001)],
      ["rebase (pick): a"],
      [],
    ],
  ])("%s", (_, own, others, moves, mine, unsure) => {
    const found = commitsOf(TOP, moves, { own: ran(...own), others: [ran(...others)], until: 1_000_000 });
    expect(found.mine.map(({ what }) => what)).toEqual(mine);
    expect(found.unsure.map(({ what }) => what)).toEqual(unsure);
  });
});

it("keeps no secret of git's arguments, and of a flood of commands the first", () => {
  const line = (event: object): string => JSON.stringify(event);
  const of = (sid: string, argv: string[]): string[] => [
    line({ event: "version", sid, time: "2030-01-01T00:00:00Z" }),
    line({ event: "start", sid, argv }),
    "{torn",
  ];
  const url = "https://me:pass@host/r?access_token=abc&x=1";
  const { commands } = decodeTrace(
    of("s", ["git", "-c", "http.extraHeader=Authorization: Basic abc", "push", url]).join("\n"),
  );
  expect(commands).toEqual([
    {
      name: "git",
      at: Date.parse("2030-01-01"),
      args: [
        "-c",
        "http.extraHeader=Authorization: [secret]",
        "push",
        "https://[secret]@host/r?access_token=[secret]&x=1",
      ],
    },
  ]);
  const said = decodeTrace(of("t", ["git", "-c", "x.apiKey=abc", "config", "remote.token = 'def'"]).join("\n"));
  expect(said.commands[0]?.args).toEqual(["-c", "x.apiKey=[secret]", "config", "remote.token = '[secret]'"]);
  const flood = Array.from({ length: 11 }, (_, i) => of(`s${i}`, ["git"])).flat();
  expect(decodeTrace(flood.join("\n"), { most: 10 })).toMatchObject({ cut: true, commands: { length: 10 } });
});

it("attributes a command to its own working tree, whatever submodules git opens with it", () => {
  const lines = [
    { event: "version", sid: "s", time: "2030-01-01T00:00:00Z" },
    { event: "start", sid: "s", argv: ["git", "commit", "-qam", "a"] },
    { event: "def_repo", sid: "s", repo: 1, worktree: "/w" },
    { event: "cmd_name", sid: "s", name: "commit" },
    { event: "def_repo", sid: "s", repo: 2, worktree: "/w/sub" },
    { event: "atexit", sid: "s", time: "2030-01-01T00:00:01Z", code: 0 },
  ].map((event) => JSON.stringify(event));
  expect(decodeTrace(lines.join("\n")).commands).toMatchObject([{ name: "commit", worktree: "/w", code: 0 }]);
});

it("keeps of a flood what may have changed something, as long as there is room for that", () => {
  const of = (name: string, n: number): string[] =>
    [
      { event: "version", sid: `${name}${n}`, time: "2030-01-01T00:00:00Z" },
      { event: "start", sid: `${name}${n}`, argv: ["git", name] },
      { event: "cmd_name", sid: `${name}${n}`, name },
      { event: "atexit", sid: `${name}${n}`, time: "2030-01-01T00:00:01Z", code: 0 },
    ].map((event) => JSON.stringify(event));
  const many = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => of(name, n)).flat();
  const flood = decodeTrace([...many("status", 10), ...many("commit", 2)].join("\n"), { most: 4 });
  expect(flood).toMatchObject({ cut: true, whole: true, commands: { length: 6 } });
  expect(flood.commands.filter(({ name, code }) => name === "commit" && code === 0)).toHaveLength(2);
  expect(decodeTrace(many("commit", 20).join("\n"), { most: 4 })).toMatchObject({ cut: true, commands: { length: 8 } });
  expect(decodeTrace(many("commit", 20).join("\n"), { most: 4 }).whole).toBeUndefined();
});

function directory(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet ran-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe("what a person has set for git's trace", () => {
  it("stays, and is read where it can be", () => {
    const dir = directory();
    writeFileSync(join(dir, "file"), "before\n");
    const of = (value: string | undefined) => targetFor(value, foundAt);
    for (const value of [undefined, "", "0", "false"]) expect(of(value)).toEqual({ kind: "own" });
    expect(of(dir)).toEqual({ kind: "directory", path: dir });
    expect(of(join(dir, "file"))).toEqual({ kind: "file", path: join(dir, "file"), from: 7 });
    expect(of(join(dir, "new"))).toEqual({ kind: "file", path: join(dir, "new"), from: 0 });
    // Git writes nothing where there is no directory for it.
    for (const value of ["1", "2", "af_unix:/run/trace", "/dev/null", join(dir, "gone", "file")])
      expect(of(value)).toEqual({ kind: "elsewhere", value });
    expect(traceVariables(of("2"), "u", "/a")).toEqual({ GIT_TRACE2_PARENT_SID: "fleet-u" });
    expect(traceVariables(of("0"), "u", "/a")).toMatchObject({ GIT_TRACE2_EVENT: "/a" });
    expect([traceValue({}, "/c"), traceValue({ GIT_TRACE2_EVENT: "/e" }, "/c")]).toEqual(["/c", "/e"]);
  });
});

interface World {
  readonly repo: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sh: (script: string, more?: Readonly<Record<string, string>>) => void;
  /** An attempt's record, and what its processes get. */
  readonly attempt: (uuid: string, set?: string) => { readonly dir: string; readonly env: Record<string, string> };
  readonly moves: () => Promise<Move[]>;
}

function world(): World {
  const dir = directory();
  const repo = join(dir, "repo");
  mkdirSync(repo);
  writeFileSync(join(dir, ".gitconfig"), "[user]\nname = P\nemail = p@example\n[init]\ndefaultBranch = main\n");
  const env = { PATH: process.env["PATH"] ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1" };
  const sh: World["sh"] = (script, more = {}) =>
    void execFileSync("sh", ["-ec", script], { cwd: repo, env: { ...env, ...more }, stdio: "ignore" });
  sh("git init -q; echo 1 >f; git add f; git commit -qm first");
  const begun = Date.now();
  return {
    repo,
    env,
    sh,
    attempt: (uuid, set) => {
      const at = join(dir, uuid);
      mkdirSync(at);
      const target = targetFor(set, foundAt);
      writeAttempt(at, { ...RECORD, uuid, git_trace: target, created_at: new Date(begun - 1_000).toISOString() });
      const event = set === undefined ? {} : { GIT_TRACE2_EVENT: set };
      return { dir: at, env: { ...event, ...traceVariables(target, uuid, tracePath(at)) } };
    },
    moves: async () => {
      const found = await openRepository(repo, env);
      if (found.kind !== "repository") throw new Error(found.kind);
      try {
        return (await movesSince(found.repository, { at: begun, head: undefined })) ?? [];
      } finally {
        found.repository.close();
      }
    },
  };
}

describe("by git's own trace and reflog", () => {
  it("tells commits of scripts, hooks, picks and rebases from those of others in the directory", async () => {
    const { repo, sh, attempt, moves } = world();
    const [a, b] = [attempt("a"), attempt("b")];
    writeFileSync(join(repo, "commit.sh"), 'echo "$1" >"$1"; git add "$1"; git commit -qm "$1 $2"\n');
    sh("sh commit.sh a1 script", a.env);
    sh("sh commit.sh b1 script", b.env);
    sh("sh commit.sh person script");
    sh("git commit -q --dry-run --allow-empty -m no || true; git status -s", a.env);
    // A pick, a commit by a hook, and a rebase of both.
    sh("git checkout -q -b side HEAD~1; sh commit.sh a2 side; git checkout -q main; git cherry-pick side", a.env);
    sh(
      `printf '#!/bin/sh\\n[ -e hooked ] || { echo h >hooked; git add hooked; git commit -qm hooked; }\\n' >.git/hooks/post-commit
       chmod +x .git/hooks/post-commit; sh commit.sh a3 hook; rm .git/hooks/post-commit
       git rebase -q --force-rebase HEAD~3`,
      a.env,
    );
    const all = await moves();
    const read = (dir: string): GitRan => readRan(dir) ?? { commands: [], cut: true };
    const until = Date.now();
    const of = (own: string, other: string) =>
      commitsOf(repo, all, { own: read(own), others: [read(other)], until }).mine.map(({ what }) => what);
    expect(of(b.dir, a.dir)).toEqual(["commit: b1 script"]);
    expect(of(a.dir, b.dir)).toEqual([
      "commit: a1 script",
      "commit: a2 side",
      "cherry-pick: a2 side",
      "commit: a3 hook",
      "commit: hooked",
      expect.stringMatching(/^rebase \(start\)/),
      "rebase (pick): a2 side",
      expect.stringMatching(/^rebase \(pick\): /),
      expect.stringMatching(/^rebase \(pick\): /),
      expect.stringMatching(/^rebase \(finish\)/),
    ]);
    expect(all.map(({ what }) => what)).toContain("commit: person script");
    // What git wrote makes room for what is known by it.
    keepRan(a.dir, (text) => text.replaceAll("hooked", "[hidden]"));
    expect(statSync(tracePath(a.dir), { throwIfNoEntry: false })).toBeUndefined();
    expect(read(a.dir).commands.some(({ args }) => args.includes("[hidden]"))).toBe(true);
  });

  it("reads them from the file or directory that a person has set, and leaves that as it is", async () => {
    const { repo, sh, attempt } = world();
    const [file, into] = [join(repo, "..", "trace"), join(repo, "..", "traces")];
    sh("git status -s", { GIT_TRACE2_EVENT: file });
    mkdirSync(into);
    const [a, b] = [attempt("a", file), attempt("b", into)];
    sh("git commit -q --allow-empty -m a", a.env);
    sh("git commit -q --allow-empty -m b", b.env);
    sh("git commit -q --allow-empty -m person", { GIT_TRACE2_EVENT: file });
    sh("git commit -q --allow-empty -m person", { GIT_TRACE2_EVENT: into });
    const commits = (dir: string) =>
      readRan(dir)?.commands.flatMap(({ name, args }) => (name === "commit" ? [args.at(-1)] : []));
    expect([commits(a.dir), commits(b.dir)]).toEqual([["a"], ["b"]]);
    const size = statSync(file).size;
    keepRan(a.dir, (text) => text);
    expect(statSync(file).size).toBe(size);
    // What was put aside meanwhile is not known, and is not taken for none.
    const c = attempt("c", file);
    writeFileSync(file, "");
    expect(readRan(c.dir)).toEqual({ commands: [], cut: true });
    writeFileSync(join(into, "git-trace2-discard"), "");
    expect(readRan(b.dir)?.cut).toBe(true);
  });

  it("stops writing once there is more than is read, and git continues", () => {
    const { sh, attempt } = world();
    const { dir, env } = attempt("a");
    sh("git status -s", env);
    expect(boundTrace(dir)).toBe(false);
    expect(boundTrace(dir, 100)).toBe(true);
    expect(boundTrace(dir, 100)).toBe(false);
    sh("git status -s", env);
    expect(readRan(dir)).toMatchObject({ cut: true, commands: [{ name: "status" }] });
  });
});
