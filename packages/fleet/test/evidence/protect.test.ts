/** What no attempt may change: whose a change is, and how it is put back. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import type { Deeds, ProtectedChange } from "../../src/attempts/protect/changes.ts";
import { placesOf } from "../../src/attempts/protect/places.ts";
import { elsewhereOf } from "../../src/attempts/protect/others.ts";
import { riskyKeys } from "../../src/attempts/protect/risky-keys.ts";
import { changesIn as changesOf, ProtectedWatch, watchPlaces } from "../../src/attempts/protect/watch.ts";
import type { GitCommand, GitRan } from "../../src/attempts/ran/trace.ts";
import { eventsPath } from "../../src/attempts/records/output.ts";
import { FILES } from "../../src/attempts/records/files.ts";
import { writeAttempt, writePrompt } from "../../src/attempts/records/record.ts";
import { PROTECTED } from "../../src/settings/protect.ts";
import { RECORD } from "../support/attempt.ts";

it("reads of a configuration the keys by which git runs or reads something else", () => {
  const text = [
    "# [alias]",
    "[user]",
    "\tname = P",
    '[filter "l\\"f s"] clean = one',
    "\tsmudge = two \\",
    "\tand more",
    "[Core]",
    "HooksPath = h",
    "  hooksPath = i",
    "[alias]",
    "  x",
    '  q = "!echo \\"a;b\\" # no" ; a comment',
    "  r = one  two   # and one more \\",
    '[includeIf "gitdir:/a/"]',
    "  path = /b",
  ].join("\n");
  expect(riskyKeys(text)).toEqual({
    'filter.l"f s.clean': ["one"],
    'filter.l"f s.smudge': ["two \tand more"],
    "core.hookspath": ["h", "i"],
    "alias.x": ["true"],
    "alias.q": ['!echo "a;b" # no'],
    "alias.r": ["one  two"],
    "includeif.gitdir:/a/.path": ["/b"],
  });
});

it("takes for no risk what git-lfs writes of itself, and programs that do nothing", () => {
  const lfs = '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tprocess = git-lfs filter-process\n\trequired = true\n';
  const core = "[core]\n\tpager = cat\n\teditor = true\n\tfsmonitor = true\n";
  expect(riskyKeys(lfs + core)).toEqual({});
  const evil =
    '[filter "lfs"]\n\tclean = git-lfs clean -- %f && evil\n[core]\n\tpager = cat evil\n\tfsmonitor = evil\n';
  expect(Object.keys(riskyKeys(evil))).toEqual(["filter.lfs.clean", "core.pager", "core.fsmonitor"]);
});

interface World {
  readonly dir: string;
  readonly repo: string;
  readonly home: string;
  readonly write: (path: string, text: string) => void;
}

interface Setting {
  readonly protect?: readonly string[];
  /** Before anything is watched. */
  readonly first?: (world: Omit<World, "dir">) => void;
  readonly script?: boolean;
}

function world({ protect = PROTECTED, first, script = false }: Setting = {}): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "fleet protect-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [dir, repo, home] = [join(root, "attempt"), join(root, "repo"), join(root, "home")];
  for (const made of [dir, join(repo, ".git", "hooks"), home]) mkdirSync(made, { recursive: true });
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  write("repo/.git/config", "[core]\n\tbare = false\n[alias]\n\tst = status\n");
  write("repo/.git/hooks/pre-commit", "#!/bin/sh\n");
  write("home/.bashrc", "one\n");
  first?.({ repo, home, write });
  const around = { cwd: repo, top: repo, repository: join(repo, ".git"), env: { HOME: home } };
  watchPlaces(dir, placesOf(protect, around), { script });
  return { dir, repo, home, write };
}

const changesIn = (
  dir: string,
  written: readonly string[],
  ran: () => GitRan | undefined,
  others: readonly Deeds[] = [],
): ProtectedChange[] => changesOf(dir, { written, cwd: "/", ran, others: () => others });

/** As whoever is told pastes it. */
const putBack = (changes: readonly ProtectedChange[]): void => {
  for (const { putBack: command } of changes) execFileSync("sh", ["-c", command], { stdio: "ignore" });
};

const config = (repo: string, ...args: string[]): GitCommand => ({
  name: "config",
  args: ["config", ...args],
  worktree: repo,
  at: 1,
  until: 2,
  code: 0,
});
const told = (changes: readonly ProtectedChange[]): string[] => changes.map(({ what, whose }) => `${whose} ${what}`);

it("tells what is the attempt's by its tools and git's trace, and of the rest only that it changed", () => {
  const { dir, repo, home, write } = world();
  expect(changesIn(dir, [], () => undefined)).toEqual([]);
  write("repo/.git/config", "[core]\n\tbare = true\n\thooksPath = /evil\n[alias]\n\tst = !evil\n");
  write("repo/.git/hooks/post-commit", "evil\n");
  write("repo/.git/hooks/pre-push.sample", "as git makes it\n");
  write("home/.bashrc", "one\nevil\n");
  const changes = changesIn(dir, [join(home, ".bashrc")], () => ({
    commands: [config(repo, "core.hooksPath", "/evil")],
    cut: false,
  }));
  expect(told(changes)).toEqual([
    `unknown alias.st of ${repo}/.git/config`,
    `own core.hookspath of ${repo}/.git/config`,
    `own ${home}/.bashrc`,
    `unknown ${repo}/.git/hooks/post-commit`,
  ]);
  // Whoever asks for a key has not set it.
  for (const args of [["alias.st"], ["--get", "alias.st"], ["--global", "alias.st", "x"]])
    expect(told(changesIn(dir, [], () => ({ commands: [config(repo, ...args)], cut: false })))[0]).toMatch(/^unknown/);
  for (const args of [
    ["--unset", "alias.st"],
    ["set", "alias.st", "!evil"],
    ["--remove-section", "alias"],
  ])
    expect(told(changesIn(dir, [], () => ({ commands: [config(repo, ...args)], cut: false })))[0]).toMatch(/^own/);
  // Each is put back by what is said.
  putBack(changes);
  expect(changesIn(dir, [], () => undefined)).toEqual([]);
  expect(readFileSync(join(home, ".bashrc"), "utf8")).toBe("one\n");
});

it("looks again at what was written to, by content, and as long as it is not known whose a change is", () => {
  const { dir, repo, write } = world();
  const watch = new ProtectedWatch(dir);
  const none = (): readonly Deeds[] => [];
  const hook = join(repo, ".git", "hooks", "pre-commit");
  const { mtime, atime } = statSync(hook);
  expect(watch.look(0, repo, none)).toEqual([]);
  // As long as before, with the time set back.
  write("repo/.git/hooks/pre-commit", "#!/bin/ed\n");
  utimesSync(hook, atime, mtime);
  expect(told(watch.look(1, repo, none))).toEqual([`unknown ${hook}`]);
  events(dir, Date.now(), "printf evil >.git/hooks/pre-commit");
  // Not each time: its events are read for that.
  expect(told(watch.look(2, repo, none))).toEqual([`unknown ${hook}`]);
  rmSync(eventsPath(dir));
  expect(told(watch.look(5_001, repo, none))).toEqual([`unknown ${hook}`]);
  events(dir, Date.now(), "printf evil >.git/hooks/pre-commit");
  // Less and less often.
  expect(told(watch.look(10_002, repo, none))).toEqual([`unknown ${hook}`]);
  expect(told(watch.look(15_001, repo, none))).toEqual([`own ${hook}`]);
  write("repo/.git/hooks/pre-commit", "#!/bin/sh\n");
  expect(watch.look(15_002, repo, none)).toEqual([]);
});

it("takes what stood below a directory for gone where that is a file now", () => {
  const { dir, repo, write } = world();
  const watch = new ProtectedWatch(dir);
  rmSync(join(repo, ".git"), { recursive: true });
  write("repo/.git", "gitdir: elsewhere\n");
  const hook = `unknown ${join(repo, ".git", "hooks", "pre-commit")}`;
  expect(told(watch.look(0, repo, () => []))).toContain(hook);
  expect(told(changesIn(dir, [], () => undefined))).toContain(hook);
});

/** Of an attempt whose one tool ran at that moment. */
const events = (dir: string, at: number, summary: string, seconds = 2): void =>
  writeFileSync(
    eventsPath(dir),
    [
      { at: new Date(at - 1_000).toISOString(), kind: "tool-started", id: "1", tool: "Bash", summary },
      {
        at: new Date(at + seconds * 1_000).toISOString(),
        kind: "tool-finished",
        id: "1",
        tool: "Bash",
        summary,
        ok: true,
      },
    ]
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(""),
  );

it("takes for the attempt's own what changed while a tool ran whose words name it", () => {
  const { dir, repo, home, write } = world();
  write("home/.bashrc", "evil\n");
  write("repo/.git/config", "[alias]\n\tst = !evil\n");
  const whose = (at: number, summary: string): string[] => {
    events(dir, at, summary);
    return told(changesIn(dir, [], () => undefined)).map((line) => line.replace(/ .*/, ""));
  };
  expect(whose(Date.now(), `echo evil >${home}/.bashrc; sed -i s/status/!evil/ .git/config`)).toEqual(["own", "own"]);
  expect(whose(Date.now(), "git -C . config alias.st '!evil'")).toEqual(["own", "unknown"]);
  expect(whose(Date.now(), "./setup.sh")).toEqual(["unknown", "unknown"]);
  // Words that are like it name nothing.
  expect(whose(Date.now(), "git add config.yaml && git commit -m 'a config of bashrc'")).toEqual([
    "unknown",
    "unknown",
  ]);
  expect(whose(Date.now() - 60_000, "cat ~/.bashrc .git/config")).toEqual(["unknown", "unknown"]);
  expect(repo).not.toBe("");
});

it("watches what the settings name, and nothing where they name nothing", () => {
  const some = world({ protect: ["notes/key", "~/.netrc"] });
  for (const path of ["repo/.git/hooks/pre-commit", "home/.bashrc", "home/.netrc"]) some.write(path, "evil\n");
  mkdirSync(join(some.repo, "notes"));
  some.write("repo/notes/key", "k\n");
  expect(told(changesIn(some.dir, [], () => undefined))).toEqual([
    `unknown ${some.home}/.netrc`,
    `unknown ${some.repo}/notes/key`,
  ]);
  const none = world({ protect: [] });
  none.write("home/.bashrc", "evil\n");
  expect(changesIn(none.dir, [], () => undefined)).toEqual([]);
});

it("says how each is put back, also what was deleted, a link, a program, or a key with several values", () => {
  const { dir, repo, home } = world({
    protect: [...PROTECTED, "keys/"],
    first: ({ repo: at, home: own, write }) => {
      chmodSync(join(at, ".git", "hooks", "pre-commit"), 0o755);
      write("repo/.git/config", '[include]\n\tpath = one\n\tpath = two three\n[alias]\n\tq = "!a \\"b\\" ;c"\n');
      write("home/profile", "one\n");
      symlinkSync("profile", join(own, ".profile"));
      mkdirSync(join(at, "keys"));
      write("repo/keys/a", "a\n");
    },
  });
  const hook = join(repo, ".git", "hooks", "pre-commit");
  const config = (): string => execFileSync("git", ["config", "--file", join(repo, ".git/config"), "--list"], TEXT);
  const before = config();
  rmSync(join(repo, ".git", "hooks"), { recursive: true });
  writeFileSync(join(repo, ".git", "config"), "");
  writeFileSync(join(home, ".profile"), "evil\n");
  rmSync(join(home, ".bashrc"));
  symlinkSync("/etc/passwd", join(home, ".bashrc"));
  mkdirSync(join(home, ".zshrc"));
  rmSync(join(repo, "keys", "a"));
  writeFileSync(join(repo, "keys", "new"), "x");
  const changes = changesIn(dir, [], () => undefined);
  expect(told(changes).map((line) => line.replace(`${home}/`, "~/").replace(`${repo}/`, ""))).toEqual([
    "unknown alias.q of .git/config",
    "unknown include.path of .git/config",
    "unknown ~/.bashrc",
    "unknown ~/.zshrc",
    "unknown ~/profile",
    "unknown .git/hooks/pre-commit",
    "unknown keys/a",
    "unknown keys/new",
  ]);
  putBack(changes);
  expect(changesIn(dir, [], () => undefined)).toEqual([]);
  expect([sorted(config()), statSync(hook).mode & 0o777, readlinkSync(join(home, ".profile"))]).toEqual([
    sorted(before),
    0o755,
    "profile",
  ]);
});

const TEXT = { encoding: "utf8" } as const;
const sorted = (lines: string): string[] => lines.split("\n").toSorted();

it("watches the hooks and settings that git goes by, wherever they are", () => {
  const { dir, home, repo, write } = world({
    first: ({ home: own, write: put }) => {
      mkdirSync(join(own, "hooks"));
      put("home/.gitconfig", "[core]\n\thooksPath = ~/hooks\n");
    },
  });
  write("home/hooks/pre-push", "evil\n");
  write("home/.gitconfig", "[core]\n\thooksPath = ~/hooks\n[alias]\n\tst = !evil\n");
  write("repo/.git/config.worktree", '[filter "x"]\n\tclean = evil\n');
  const globally = { ...config(repo, "--global", "alias.st", "!evil"), worktree: "/elsewhere" };
  expect(told(changesIn(dir, [], () => ({ commands: [globally], cut: false })))).toEqual([
    `own alias.st of ${home}/.gitconfig`,
    `unknown filter.x.clean of ${repo}/.git/config.worktree`,
    `unknown ${home}/hooks/pre-push`,
  ]);
});

it("distinguishes changes of a concurrent attempt from changes of unknown origin", () => {
  const { dir, home, repo, write } = world();
  write("home/.bashrc", "evil\n");
  write("home/.zshrc", "evil\n");
  write("repo/.git/config", "[core]\n\thooksPath = /evil\n");
  const now = Date.now();
  const span = { from: now - 500, until: now + 500, text: "echo evil >>~/.zshrc" };
  const other = {
    written: [join(home, ".bashrc")],
    ran: { commands: [config(repo, "--rename-section", "alias", "old")], cut: false },
    spans: [span],
  };
  expect(told(changesIn(dir, [], () => undefined, [other]))).toEqual([
    `other alias.st of ${repo}/.git/config`,
    `unknown core.hookspath of ${repo}/.git/config`,
    `other ${home}/.bashrc`,
    `other ${home}/.zshrc`,
  ]);
  // Words of both name nobody; what git says of one outweighs the words of the other.
  events(dir, now, "echo evil >>~/.zshrc; git config core.hooksPath /evil");
  expect(told(changesIn(dir, [], () => undefined, [other]))).toEqual([
    `other alias.st of ${repo}/.git/config`,
    `own core.hookspath of ${repo}/.git/config`,
    `other ${home}/.bashrc`,
    `unknown ${home}/.zshrc`,
  ]);
});

it("tells what an attempt elsewhere did to what belongs to no place, and nothing else by its words", () => {
  const { dir, home, repo, write } = world({
    first: ({ write: put }) => put("home/.gitconfig", "[user]\n\tname = P\n"),
  });
  write("home/.bashrc", "evil\n");
  write("home/.gitconfig", "[alias]\n\tx = !evil\n\ty = !evil\n");
  write("repo/.git/config", "[core]\n\thooksPath = /evil\n[alias]\n\tst = status\n");
  write("repo/.git/hooks/post-commit", "evil\n");
  const now = Date.now();
  const text = "echo evil >>~/.bashrc; git config core.hooksPath x; cp x .git/hooks/post-commit";
  const other = {
    written: [],
    ran: {
      commands: [config("/other", "--global", "alias.x", "!evil"), config("/other", "core.hooksPath", "x")],
      cut: false,
    },
    spans: [{ from: now - 500, until: now + 500, text }],
  };
  const by = (repository: string): string[] =>
    told(changesIn(dir, [], () => undefined, [{ ...other, elsewhere: { top: "/other", repository } }]));
  expect(by("/other/.git")).toEqual([
    `other alias.x of ${home}/.gitconfig`,
    `unknown alias.y of ${home}/.gitconfig`,
    `unknown core.hookspath of ${repo}/.git/config`,
    `other ${home}/.bashrc`,
    `unknown ${repo}/.git/hooks/post-commit`,
  ]);
  // Another working tree of the same repository.
  expect(by(join(repo, ".git"))).toEqual([
    `other alias.x of ${home}/.gitconfig`,
    `unknown alias.y of ${home}/.gitconfig`,
    `other core.hookspath of ${repo}/.git/config`,
    `other ${home}/.bashrc`,
    `other ${repo}/.git/hooks/post-commit`,
  ]);
});

it("hears of what is protected those attempts of the fleet that were at work since, in whatever place", () => {
  const { dir } = world();
  const fleet = join(dir, "..", "fleet");
  const since = statSync(join(dir, "protected.json")).mtimeMs;
  const put = (task: string, judged?: number): void => {
    const at = join(fleet, "tasks", task, "attempts", "1");
    mkdirSync(at, { recursive: true });
    writeAttempt(at, { ...RECORD, task, n: 1, cwd: "/other", place: { path: "/other", git: true, repository: "/r" } });
    events(at, Date.now(), "echo evil >>~/.bashrc");
    if (judged === undefined) return;
    writeFileSync(join(at, FILES.outcome), "{}");
    utimesSync(join(at, FILES.outcome), judged / 1_000, judged / 1_000);
  };
  put("t-1");
  put("t-2", since - 60_000);
  put("t-3", since + 60_000);
  writeFileSync(join(fleet, "tasks", "t-4"), "no directory");
  const deeds = elsewhereOf(fleet, dir);
  expect(deeds.map(({ elsewhere, spans }) => [elsewhere, spans.map(({ text }) => text)])).toEqual(
    [1, 3].map(() => [{ top: "/other", repository: "/r" }, ["echo evil >>~/.bashrc"]]),
  );
});

it("knows a script by its own lines, as far as they write something", () => {
  const { dir, home, write } = world({ script: true });
  write("home/.bashrc", "evil\n");
  write("repo/.git/hooks/post-commit", "evil\n");
  const whose = (script: string): string[] => {
    writePrompt(dir, script);
    return changesIn(dir, [], () => undefined).map((one) => one.whose);
  };
  expect(whose("cd .git/hooks\ncp ../../x hooks/post-commit\necho evil >~/.bashrc\n")).toEqual(["own", "own"]);
  expect(whose(". ~/.bashrc\nls .git/hooks/post-commit\n./setup.sh\n")).toEqual(["unknown", "unknown"]);
  expect(home).not.toBe("");
});

it("goes by what a fleet wrote down that watched less", () => {
  const { dir, repo, home, write } = world();
  const read = JSON.parse(readFileSync(join(dir, "protected.json"), "utf8"));
  const [hooks, settings] = [join(repo, ".git", "hooks"), join(repo, ".git", "config")];
  const { config: all, links: _links, configs: _configs, dirs: _dirs, ...rest } = read;
  writeFileSync(join(dir, "protected.json"), JSON.stringify({ ...rest, hooks, settings, config: all[settings] }));
  write("repo/.git/config", "[alias]\n\tst = !evil\n");
  write("home/.bashrc", "evil\n");
  expect(told(changesIn(dir, [], () => undefined))).toEqual([
    `unknown alias.st of ${settings}`,
    `unknown ${home}/.bashrc`,
  ]);
});
