/** What is to be proven fails where the work begins, and passes after it: one home, one supervisor. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { heldBy } from "@fleet/store/claims";

import type { CheckResult } from "../../src/attempts/evidence/check-files.ts";
import type { RunState } from "../../src/attempts/evidence/check-run.ts";
import { readAttempt } from "../../src/attempts/records/record.ts";
import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { baseAnswer, type BaseRun, isBaseGone } from "../../src/engine/core/base-run.ts";
import { stepBefore } from "../../src/engine/core/check-step.ts";
import type { CheckStep } from "../../src/engine/core/proof-step.ts";
import { readWorkspace } from "../../src/workspaces/record.ts";
import { Fleet, processesWith } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const TIMED_OUT = { kind: "timed-out", afterMs: 100 } as const;
const LIMITS = { killGrace: 20, launchGrace: 10 };
const stopped: RunState = { kind: "running", startedAt: 0, stop: TIMED_OUT };
const signal = (name: "SIGTERM" | "SIGKILL"): CheckStep => ({ kind: "signal", signal: name });

it.each<[what: string, run: RunState, termedAt: number | undefined, now: number, step: CheckStep | undefined]>([
  ["no process yet", { kind: "starting", since: 0 }, undefined, 5, undefined],
  ["none came", { kind: "starting", since: 0 }, undefined, 11, { kind: "fence" }],
  ["it runs", { kind: "running", startedAt: 0, stop: undefined }, undefined, 100, undefined],
  [
    "longer than it may",
    { kind: "running", startedAt: 0, stop: undefined },
    undefined,
    101,
    { kind: "stop", reason: TIMED_OUT },
  ],
  ["it is asked to end", stopped, undefined, 105, signal("SIGTERM")],
  ["it has time for that", stopped, 105, 125, undefined],
  ["and does not end", stopped, 105, 126, signal("SIGKILL")],
  ["it has ended", { kind: "over" }, undefined, 0, { kind: "sweep" }],
  ["nobody knows", { kind: "unknown" }, undefined, 1e9, undefined],
])("a run on the base: %s", (_what, run, termedAt, now, step) =>
  expect(stepBefore({ away: [] }, { run, timeoutMs: 100, termedAt }, now, LIMITS)).toEqual(step),
);

it("holds time in which the supervisor and all it watches stood still against no run on the base", () => {
  const away = [{ from: 50, to: 1_050 }];
  const at = (run: RunState, now: number, termedAt?: number) =>
    stepBefore({ away }, { run, timeoutMs: 100, termedAt }, now, LIMITS)?.kind;
  expect(at({ kind: "running", startedAt: 0, stop: undefined }, 1_100)).toBeUndefined();
  expect(at({ kind: "running", startedAt: 0, stop: undefined }, 1_101)).toBe("stop");
  expect(at({ kind: "starting", since: 45 }, 1_055)).toBeUndefined();
  expect(at(stopped, 1_065, 45)).toBeUndefined();
  expect(at(stopped, 1_066, 45)).toBe("signal");
});

describe("what the runs on the base say of a command", () => {
  const result = (verdict: CheckResult["verdict"], tail = ""): CheckResult => ({
    command: "make test",
    verdict,
    code: 1,
    ms: 5,
    disturbed: false,
    tail,
  });
  const ran = (run: number, given: CheckResult | undefined, over: Partial<BaseRun> = {}): BaseRun => ({
    check: 1,
    run,
    command: "make test",
    commit: "abc",
    result: given,
    ...over,
  });
  const answer = (...runs: readonly BaseRun[]) => baseAnswer("t-1", "make test", runs);

  it("it is due under a number of its own, and again after a kill from outside", () => {
    expect(answer()).toEqual({ kind: "due", check: 1, run: 1 });
    expect(answer(ran(1, result("failed"), { command: "other" }))).toEqual({ kind: "due", check: 2, run: 1 });
    expect(answer(ran(1, result("interrupted")))).toEqual({ kind: "due", check: 1, run: 2 });
    // A crash between the directory of a run and its record.
    expect(answer(ran(1, result("interrupted")), ran(2, undefined, { command: undefined }))).toEqual({
      kind: "due",
      check: 1,
      run: 3,
    });
  });

  it("it failed once, as it has to, or took too long; what its files were without is told", () => {
    expect(answer(ran(1, result("failed", "boom")))).toEqual({
      kind: "failed",
      ran: { command: "make test", commit: "abc", verdict: "failed", code: 1, ms: 5, tail: "boom" },
    });
    const lacks = ["submodule lib: not checked out"];
    expect(answer(ran(1, result("failed"), { lacks }))).toMatchObject({ ran: { lacks } });
    expect(answer(ran(1, { ...result("failed"), code: 127 }, { lacks }))).toMatchObject({
      why: expect.stringContaining(
        "without what is not committed, submodule lib: not checked out; have the command make",
      ),
    });
    expect(answer(ran(1, result("timed-out"))).kind).toBe("failed");
  });

  it("nothing starts where it passes, or was killed each time, and a person reads what to do", () => {
    expect(answer(ran(1, result("passed", "all good\n")))).toEqual({
      kind: "refused",
      why:
        "`make test` is to prove the work, and passes already where the work begins (all good): nothing was started. " +
        "Close t-1 if the work is done; else name a command that fails: fleet bd update t-1 --prove CMD, then fleet retry t-1",
    });
    const killed = answer(...[1, 2, 3].map((n) => ran(n, result("interrupted"))));
    expect(killed).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("was killed from outside each time"),
    });
  });

  it("it is left out where a directory without a repository is what an earlier attempt left", () => {
    expect(isBaseGone(undefined)).toBe(false);
    expect(isBaseGone({ place: { path: "/p", git: true } })).toBe(false);
    expect(isBaseGone({ place: { path: "/p", git: false } })).toBe(true);
    expect(isBaseGone({})).toBe(true);
  });
});

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ max_attempts: "2", max_concurrent: "10" });
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const git = (dir: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], {
    cwd: dir,
    encoding: "utf8",
  });

function repository(name: string): string {
  const dir = join(fleet.root, name);
  mkdirSync(join(dir, "app"), { recursive: true });
  git(dir, "init", "-q", "-b", "main");
  writeFileSync(join(dir, "app", "bug"), "broken\n");
  git(dir, "add", ".");
  git(dir, "commit", "-qm", "start");
  return dir;
}

/** Every file below, by its content. */
/** Links not followed: Node 24 goes into directories that they lead to, Node 20 does not. */
const contents = (dir: string): readonly string[] =>
  readdirSync(realpathSync(dir), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && realpathSync(one.parentPath) === one.parentPath)
    .map((one) => join(one.parentPath, one.name))
    .sort()
    .map((path) => `${path} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`);

describe.concurrent("a command that proves the work", () => {
  it("runs in a tree of the base's commit, and nothing of the repository's .git changes", async () => {
    const top = repository("proves");
    const [cwd, commit] = [join(top, "app"), git(top, "rev-parse", "HEAD").trim()];
    // What is not committed is no part of the base.
    writeFileSync(join(cwd, "leftover"), "");
    const before = contents(join(top, ".git"));
    const commits = "git -c user.name=R -c user.email=r@example.org commit -q --allow-empty -m x";
    const prove = `ls; grep -q mended bug || { ${commits}; exit 4; }`;
    const id = await fleet.task("mends", "echo mended >bug", { cwd, metadata: { prove: [prove], checks: ["true"] } });
    await fleet.settled(id, "closed");
    const { on_base: onBase = [] } = readAttempt(fleet.dir(id)) ?? {};
    expect(onBase).toMatchObject([{ command: prove, commit, verdict: "failed", code: 4, tail: "bug" }]);
    expect(readReceipt(fleet.dir(id))?.checks).toMatchObject([
      { command: "true" },
      { command: prove, verdict: "passed", tail: "bug\nleftover" },
    ]);
    expect(readReceipt(fleet.dir(id))?.grade).toBe("proved");
    expect(existsSync(join(fleet.dir(id), "base", "1.1", "tree"))).toBe(false);
    expect(contents(join(top, ".git"))).toEqual(before);
  });

  it("and passes where the work begins: nothing is spent, a person is asked, and a retry tries again", async () => {
    const cwd = repository("passes");
    const before = contents(join(cwd, ".git"));
    const prove = ["echo nothing to do"];
    const id = await fleet.task("is done already", "touch spent", { cwd, metadata: { prove } });
    await fleet.settled(id, "blocked");
    expect(fleet.outcome(id)).toMatchObject({ kind: "not-started", counts: false });
    expect(fleet.outcome(id)?.reason).toContain("passes already where the work begins (nothing to do)");
    expect(existsSync(join(cwd, "spent"))).toBe(false);
    expect(contents(join(cwd, ".git"))).toEqual(before);
    await fleet.ok(["bd", "update", id, "--prove", "test -e spent"]);
    await fleet.ok(["retry", id]);
    await fleet.settled(id, "closed");
  });

  it.each([
    ["is not there", "./nothing-of-the-kind", 127],
    ["can't be run", "./bug", 126],
  ])(
    "and %s where the work begins proves nothing: nothing starts, and a person is asked",
    async (_what, prove, code) => {
      const cwd = join(repository(`fails-with-${code}`), "app");
      const id = await fleet.task("can't be shown", "touch spent", { cwd, metadata: { prove: [prove] } });
      await fleet.settled(id, "blocked");
      expect(fleet.outcome(id)).toMatchObject({ kind: "not-started", counts: false });
      expect(fleet.outcome(id)?.reason).toContain(`can't be run where the work begins: exit ${code} (`);
      expect(fleet.outcome(id)?.reason).toContain("proves nothing");
      expect(existsSync(join(cwd, "spent"))).toBe(false);
    },
  );

  it("has copies of the dependencies of the directory there, and what it does to them stays in the tree", async () => {
    const cwd = repository("depends");
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    };
    put("node_modules/tool/run", "grep -q mended app/bug\n");
    put("node_modules/@types/x/y", "");
    put("node_modules/.cache/kept", "of the person\n");
    put("app/.venv/bin/python", "");
    put("build/made", "");
    put(".env", "KEY=1\n");
    put(".gitignore", "node_modules\n.venv\nbuild\n.env\n");
    put(".worktreeinclude", ".env\n");
    symlinkSync("../app", join(cwd, "node_modules", "app"));
    git(cwd, "add", ".");
    git(cwd, "commit", "-qm", "ignores");
    const spoil = "rm -rf node_modules/@types; echo x >>node_modules/tool/run; echo x >node_modules/.cache/kept";
    const wipe = `case $PWD in */tree) ${spoil};; esac`;
    const there = "test -e node_modules/@types/x/y && test -e app/.venv/bin/python && cat .env node_modules/app/bug";
    const prove = `ls -a; ${there} && sh node_modules/tool/run || { ${wipe}; exit 1; }`;
    const before = contents(join(cwd, "node_modules"));
    const id = await fleet.task("mends", "echo mended >app/bug", { cwd, metadata: { prove: [prove] } });
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))?.grade).toBe("proved");
    const [onBase] = readAttempt(fleet.dir(id))?.on_base ?? [];
    expect(onBase?.tail).toMatch(/\nKEY=1\nbroken$/);
    // Builds are not of its commit.
    expect(onBase?.tail).not.toContain("build");
    expect(contents(join(cwd, "node_modules"))).toEqual(before);
  });

  it("runs where the work in a clone begins: with what was not committed, and what its setup made", async () => {
    const top = repository("cloned");
    writeFileSync(join(top, ".gitignore"), "tools\n");
    git(top, "add", ".");
    git(top, "commit", "-qm", "ignores");
    writeFileSync(join(top, "app", "wip"), "of the person\n");
    fleet.configure(
      { max_attempts: "2", max_concurrent: "10" },
      `projects: { ${JSON.stringify(top)}: { setup: "mkdir tools && echo made >tools/made" } }\n`,
    );
    const prove = "cat wip ../tools/made && pwd && grep -q mended bug";
    const given = ["--isolate", "clone", "--with-changes", "--prove", prove, "-d", "echo mended >bug", "--silent"];
    const id = (await fleet.ok(["bd", "create", "mends", ...given], { cwd: join(top, "app") })).trim();
    await fleet.settled(id, "closed");
    const { base } = readWorkspace(fleet.home, id) ?? {};
    expect(base).not.toBe(git(top, "rev-parse", "HEAD").trim());
    const at = join(fleet.dir(id), "base", "1.1", "tree", "app");
    expect(readAttempt(fleet.dir(id))?.on_base).toMatchObject([
      { commit: base, verdict: "failed", code: 1, tail: `of the person\nmade\n${at}` },
    ]);
    expect(readReceipt(fleet.dir(id))?.grade).toBe("proved");
  });

  it("runs in the directory where there is no repository, and what it leaves there is not the work's change", async () => {
    const cwd = join(fleet.root, "plain");
    mkdirSync(cwd);
    const id = await fleet.task("makes it", "touch made", { cwd, metadata: { prove: ["pwd >>seen; test -e made"] } });
    await fleet.settled(id, "closed");
    expect(readAttempt(fleet.dir(id))?.on_base).toMatchObject([{ verdict: "failed", code: 1 }]);
    expect(readAttempt(fleet.dir(id))?.on_base?.[0]).not.toHaveProperty("commit");
    expect(readReceipt(fleet.dir(id))?.files?.changed).toEqual(["made"]);
    expect(readFileSync(join(cwd, "seen"), "utf8")).toBe(`${cwd}\n${cwd}\n`);
  });

  it("runs once where the work begins, even if an earlier attempt left something there", async () => {
    const cwd = repository("again");
    const id = await fleet.task("mends at the second try", "test -e app/half || { touch app/half; exit 3; }", {
      cwd,
      metadata: { prove: ["test -e app/half"] },
    });
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["failed", "done"]);
    const [one, two] = [1, 2].map((n) => readAttempt(fleet.dir(id, n))?.on_base);
    expect(one).toHaveLength(1);
    expect(two).toEqual(one);
    git(cwd, "add", ".");
    git(cwd, "commit", "-qm", "what it made");
    // Opened again its work begins where it is now, and there it passes.
    await fleet.ok(["bd", "reopen", id]);
    await fleet.settled(id, "blocked");
    expect(fleet.outcome(id, 3)?.reason).toContain("passes already where the work begins");
  });

  it("ends with its attempt, when that is killed before it began", async () => {
    const cwd = repository("killed");
    const id = await fleet.task("never begins", "touch spent", { cwd, metadata: { prove: ["sleep 97"] } });
    const uuid = await until("the run", () => {
      const held = heldBy(fleet.issue(id))?.uuid;
      return held !== undefined && processesWith("FLEET_CHECK_ID", held).length > 0 && held;
    });
    const row = JSON.parse(await fleet.ok(["tasks", "--json"])).tasks.find((one: { id: string }) => one.id === id);
    expect(row.reason).toBe("run where the work begins: sleep 97");
    await fleet.ok(["kill", id]);
    await fleet.settled(id, "blocked");
    expect(processesWith("FLEET_CHECK_ID", uuid)).toEqual([]);
    expect(existsSync(join(cwd, "spent"))).toBe(false);
  });
});
