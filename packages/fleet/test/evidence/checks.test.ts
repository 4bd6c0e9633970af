/** Evidence made for real: one home, one supervisor, checks and scopes of many kinds. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { Fleet, processesWith } from "../support/fleet.ts";
import { RESULT, ROBOT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ max_attempts: "2", max_concurrent: "30" }, ROBOT);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const git = (dir: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], {
    cwd: dir,
    encoding: "utf8",
  });

/** A project of a test's own. */
function project(name: string, isRepository = false): string {
  const dir = join(fleet.root, name);
  mkdirSync(dir);
  if (isRepository) {
    git(dir, "init", "-q", "-b", "main");
    writeFileSync(join(dir, "README"), "hello\n");
    git(dir, "add", ".");
    git(dir, "commit", "-qm", "start");
  }
  return dir;
}
const COMMIT = 'git -c user.name=R -c user.email=r@example.org commit -qam "robot made it"';

describe.concurrent("checks", () => {
  it("pass: the task is closed, and the receipt and the commit say so", async () => {
    const cwd = project("pass");
    const out = await fleet.ok(
      [
        "bd",
        "create",
        "made by hand",
        "-d",
        "echo x >made",
        "--check",
        "test -e made",
        "--check",
        "echo a, b; true",
        "--json",
      ],
      { cwd },
    );
    const id = String(JSON.parse(out).id);
    const issue = await fleet.settled(id, "closed");
    expect(issue.metadata?.["checks"]).toEqual(["test -e made", "echo a, b; true"]);
    expect(issue.close_reason).toBe("exit 0, and `test -e made`, `echo a, b; true` passed");
    const receipt = readReceipt(fleet.dir(id));
    expect(receipt?.checks).toMatchObject([
      { command: "test -e made", verdict: "passed", code: 0, runs: 1 },
      { verdict: "passed", tail: "a, b" },
    ]);
    expect(receipt).toMatchObject({ files: { from: "listing", changed: ["made"] }, overlapped: [] });
    const log = execFileSync("git", ["-C", fleet.home, "log", "--format=%B", "--grep", id], { encoding: "utf8" });
    expect(log).toMatch(/Fleet-Check: passed in [\d.]+ s: test -e made/);
    expect(log).toContain("Fleet-Changed: 1 file (listing)");
    expect(await fleet.ok(["task", id, "receipt"])).toContain("passed (exit 0)");
    expect(await fleet.ok(["task", id])).toContain("test -e made; echo a, b; true");
  });

  it("fail, then are fixed by the second attempt, which got the reason", async () => {
    const cwd = project("mended");
    const script = `${TOOL}; if [ -e once ]; then touch mended; else touch once; fi; ${RESULT}`;
    const id = await fleet.task("mends", script, {
      cwd,
      coder: "robot",
      metadata: { checks: ["test -e mended || { echo it is not mended >&2; exit 7; }"] },
    });
    const issue = await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven", "done"]);
    expect(fleet.tries(id)).toBe(1);
    expect(fleet.outcome(id, 1)?.reason).toContain("exit 7: it is not mended");
    expect(fleet.comments(id)).toContain("it is not mended");
    expect(issue.close_reason).toContain("passed");
    expect(readReceipt(fleet.dir(id, 1))).toMatchObject({
      checks: [{ verdict: "failed", code: 7, tail: "it is not mended" }],
      missing: [expect.stringContaining("check failed")],
    });
  });

  it("are shown while they run, with how long they have been quiet", async () => {
    const cwd = project("said");
    const check = "echo begun; while [ ! -e go ]; do sleep 0.05; done";
    const id = await fleet.task("is checked", "true", { cwd, metadata: { checks: [check] } });
    const row = await until("the check", async () => {
      const rows: { id: string; reason?: string; state: string; quiet_ms?: number }[] = JSON.parse(
        await fleet.ok(["tasks", "--json"]),
      ).tasks;
      return rows.find((one) => one.id === id && one.reason?.startsWith("checking") === true);
    });
    expect(row).toMatchObject({ state: "running", reason: `checking: ${check}`, quiet_ms: expect.any(Number) });
    expect(row).toHaveProperty("liveness", null);
    writeFileSync(join(cwd, "go"), "");
    await fleet.settled(id, "closed");
  });

  it("one that fails once and then passes is reported as flaky, and so is what the checks changed", async () => {
    const [cwd, seen] = [project("flaky"), join(fleet.root, "flaky-seen")];
    const flaky = `[ -e ${seen} ] || { touch ${seen}; exit 9; }`;
    const id = await fleet.task("is flaky", "touch made", { cwd, metadata: { checks: [flaky] } });
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))).toMatchObject({
      checks: [{ verdict: "passed", runs: 2, flaky: true }],
      files: { changed: ["made"] },
    });
    expect(await fleet.ok(["task", id, "receipt"])).toContain("run 2 times, flaky: it failed before");
    const other = await fleet.task("leaves a log", "touch more", { cwd, metadata: { checks: ["echo x >>log"] } });
    await fleet.settled(other, "closed");
    expect(readReceipt(fleet.dir(other))).toMatchObject({ changed_by_checks: ["log"], files: { changed: ["more"] } });
  });

  it("never pass: blocked after max_attempts", async () => {
    const id = await fleet.task("never", "true", { cwd: project("never"), metadata: { checks: ["exit 3"] } });
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven", "claimed-done-unproven"]);
  });

  it("are not run where nothing claims to be done", async () => {
    const cwd = project("failing");
    const id = await fleet.task("fails", "exit 5", { cwd, metadata: { checks: ["touch ran"] } });
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["failed", "failed"]);
    expect(existsSync(join(cwd, "ran"))).toBe(false);
  });

  it("hang: ended after check_timeout with their children, while the loop continues", async () => {
    await using own = await Fleet.make({ max_attempts: "1", check_timeout: "4s" }, ROBOT);
    await own.supervise();
    const id = await own.task("hangs", "true", {
      metadata: { checks: ["trap '' TERM; setsid sleep 98 & echo waiting; sleep 98; sleep 98"] },
    });
    await until("the check", () => existsSync(join(own.dir(id), "checks", "1.1", "pid")));
    const uuid = JSON.parse(readFileSync(join(own.dir(id), "attempt.json"), "utf8")).uuid as unknown;
    const other = await own.task("meanwhile", "true");
    await own.settled(other, "closed");
    expect(own.outcome(id)).toBeUndefined();
    await own.settled(id, "blocked");
    expect(own.outcome(id)?.reason).toContain("no end after");
    expect(own.outcome(id)?.reason).toContain("waiting");
    expect(processesWith("FLEET_CHECK_ID", String(uuid))).toEqual([]);
  });

  it("get the attempt's environment less its marks of a claim", async () => {
    const cwd = project("environment");
    const id = await fleet.task("looks around", "true", { cwd, metadata: { checks: ["env >env; pwd >pwd"] } });
    await fleet.settled(id, "closed");
    const env = readFileSync(join(cwd, "env"), "utf8");
    expect(env).toContain(`FLEET_HOME=${fleet.home}`);
    expect(env).not.toMatch(/^(FLEET_TASK_ID|FLEET_ATTEMPT_ID|BEADS_ACTOR)=/m);
    expect(readFileSync(join(cwd, "pwd"), "utf8").trim()).toBe(cwd);
  });

  it("killed by a person while a check runs: the check ends, and the task waits", async () => {
    const cwd = project("killed");
    const id = await fleet.task("is killed", "true", { cwd, metadata: { checks: ["touch begun; sleep 97"] } });
    await until("the check", () => existsSync(join(cwd, "begun")));
    await fleet.ok(["kill", id]);
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["killed"]);
  });
});

describe.concurrent("two attempts in one directory", () => {
  it("reruns a check that failed during concurrent work, and credits neither attempt with the other's", async () => {
    const cwd = project("shared", true);
    const first = await fleet.task(
      "first",
      `${TOOL}; touch first; until [ -e second-runs ]; do sleep 0.05; done; ${RESULT}`,
      {
        cwd,
        coder: "robot",
        metadata: { checks: ["[ ! -e broken ]"] },
      },
    );
    const second = await fleet.task(
      "second",
      `${TOOL}; touch broken second-runs; until ls ${fleet.dir(first)}/checks/1.1/result.json; do sleep 0.05; done >/dev/null 2>&1; rm broken; fleet bd close "$FLEET_TASK_ID" --reason over >/dev/null`,
      { cwd, coder: "robot" },
    );
    await fleet.settled(second, "closed");
    const issue = await fleet.settled(first, "closed");
    expect(issue.close_reason).toContain("passed");
    expect(fleet.outcomes(first)).toEqual(["done"]);
    const receipt = readReceipt(fleet.dir(first));
    expect(receipt).toMatchObject({
      overlapped: [{ task: second, n: 1 }],
      files: { from: "tools", changed: [] },
      outside: [],
    });
    expect(receipt?.checks).toMatchObject([{ verdict: "passed", runs: 2 }]);
    expect(readReceipt(fleet.dir(second))).toMatchObject({ overlapped: [{ task: first, n: 1 }] });
  });
});

describe.concurrent("what was changed", () => {
  it("is read from git, even when the agent committed; what was dirty before is not its own", async () => {
    const cwd = project("commits", true);
    writeFileSync(join(cwd, "mine"), "a person's\n");
    const id = await fleet.task("commits", `mkdir src; echo 1 >src/a; git add src; ${COMMIT}; echo 2 >left`, { cwd });
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))).toMatchObject({
      files: { from: "git", changed: ["left", "src/a"] },
      commits: [{ subject: "robot made it" }],
      residuals: { dirty: ["left"] },
    });
  });

  it("outside of --allow is found though committed, and goes back; the next attempt gets the reason, and may revert it", async () => {
    const cwd = project("scoped", true);
    const back = `git checkout -q HEAD~1 README; ${COMMIT}; echo 3 >src/b; git add .; ${COMMIT}`;
    const strays = `mkdir src; echo 1 >src/a; echo 2 >>README; git add .; ${COMMIT}`;
    const id = await fleet.task("strays", `if [ -e src ]; then ${back}; else ${strays}; fi`, {
      cwd,
      metadata: { allow: ["src/**"] },
    });
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["out-of-scope", "done"]);
    expect(fleet.outcome(id)).toMatchObject({
      becomes: "open",
      reason: "changed files that it must not change: README",
    });
    expect(readReceipt(fleet.dir(id))?.outside).toEqual(["README"]);
    expect(readReceipt(fleet.dir(id, 2))?.outside).toEqual([]);
  });

  it("outside of --allow by an attempt that came to no end is held against the one that says it is done", async () => {
    const cwd = project("scoped-over-attempts", true);
    const id = await fleet.task(
      "strays and fails",
      `if [ -e src ]; then echo 2 >src/b; else mkdir src; echo 2 >>README; exit 3; fi`,
      {
        cwd,
        metadata: { allow: ["src/**"] },
      },
    );
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["failed", "out-of-scope"]);
    expect(fleet.outcome(id)?.reason).toContain("it changed files that it must not change: README");
    expect(issue.notes).toContain("README");
    expect(await fleet.ok(["task", id])).toContain("README");
  });

  it("a setting of the repository by which git runs something, whatever may be changed: named, with how to put it back", async () => {
    const cwd = project("guarded", true);
    const id = await fleet.task("sets up hooks", "git config core.hooksPath hooks; echo more >>README", { cwd });
    await fleet.settled(id, "blocked");
    const key = "core.hookspath";
    const file = join(cwd, ".git/config");
    expect(fleet.outcome(id)).toMatchObject({
      kind: "out-of-scope",
      reason: `changed files that it must not change: ${key} of ${file} (to put it back: git config --file ${file} --unset-all ${key})`,
    });
    expect(readReceipt(fleet.dir(id))?.protected).toMatchObject([{ what: `${key} of ${file}`, whose: "own" }]);
  });

  it("a hook that a script of its wrote, which does not say so, is asked of a person, and the attempt continues", async () => {
    const cwd = project("guarded-by-script", true);
    const hook = join(cwd, ".git/hooks/post-commit");
    writeFileSync(join(cwd, "setup.sh"), `printf evil >.git/hooks/post-commit\n`);
    const waits = "until [ -e ../guarded-go ]; do sleep 0.05; done";
    const id = await fleet.task("sets up a hook", `sh setup.sh; ${waits}; echo more >>README`, { cwd });
    await until("it is said", () => fleet.journal().includes(`by whom is not known: ${hook}`) || undefined);
    writeFileSync(join(fleet.root, "guarded-go"), "");
    await fleet.settled(id, "in_progress");
    expect(fleet.outcome(id)).toMatchObject({ kind: "asked", reason: expect.stringContaining(hook) });
    expect(readFileSync(join(cwd, "README"), "utf8")).toContain("more");
    const [found] = readReceipt(fleet.dir(id))?.protected ?? [];
    expect(found).toEqual({ what: hook, put_back: `rm ${hook}`, whose: "unknown" });
    await fleet.ok(["bd", "close", id]);
  });

  it("against --deny, where there is no git", async () => {
    const cwd = project("denied");
    mkdirSync(join(cwd, "keys"));
    const out = await fleet.ok(
      ["bd", "create", "strays", "-d", "echo 1 >keys/a; echo 2 >b", "--deny", "keys/**", "--json"],
      { cwd },
    );
    const id = String(JSON.parse(out).id);
    await fleet.settled(id, "blocked");
    expect(fleet.outcome(id)?.reason).toBe("changed files that it must not change: keys/a");
    expect(fleet.outcomes(id)).toEqual(["out-of-scope", "out-of-scope"]);
  });
});

describe.concurrent("what is expected", () => {
  it("a commit, and there is none; then there is one", async () => {
    const cwd = project("expects", true);
    const id = await fleet.task(
      "commits late",
      `echo 1 >>README; [ ! -e ../expects-once ] || ${COMMIT}; touch ../expects-once`,
      {
        cwd,
        metadata: { expect: ["commit"] },
      },
    );
    await fleet.settled(id, "closed");
    expect(fleet.outcome(id, 1)?.reason).toContain("there is no new one");
    expect(fleet.outcome(id, 1)?.reason).toContain("not committed: README");
    expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven", "done"]);
  });

  it("a path, and it is as it was", async () => {
    const id = await fleet.task("does something else", "touch other", {
      cwd: project("expects-path"),
      metadata: { expect: ["path:docs/**"] },
    });
    await fleet.settled(id, "blocked");
    expect(fleet.outcome(id)?.reason).toContain("nothing changed in docs/**");
  });

  it("an answer at all; and that nothing is left running in the background", async () => {
    const empty = await fleet.task("says nothing", says({ type: "result", ok: true, text: "" }), {
      coder: "robot",
      cwd: project("empty"),
      metadata: { checks: ["true"] },
    });
    await fleet.settled(empty, "blocked");
    expect(fleet.outcome(empty)?.reason).toContain("its answer was empty: no text and no tool");
  });

  it("an answer in a file, which is kept as the task's result; and that file is not as it was", async () => {
    const cwd = project("answers");
    writeFileSync(join(cwd, "stale.md"), "an old answer\n");
    const metadata = { expect: ["answer:answer.md"] };
    const id = await fleet.task("finds out", "echo forty-two >answer.md", { cwd, metadata });
    const stale = await fleet.task("finds nothing", "true", { cwd, metadata: { expect: ["answer:stale.md"] } });
    await fleet.settled(id, "closed");
    expect(await fleet.ok(["task", id, "result"])).toBe("forty-two\n");
    const result = { text: "forty-two\n", file: "answer.md", attempt: 1 };
    expect(JSON.parse(await fleet.ok(["task", id, "result", "--json"]))).toMatchObject(result);
    expect(JSON.parse(await fleet.ok(["task", id, "--json"]))).toMatchObject({ result });
    // Opened again, the old answer is none.
    await fleet.ok(["bd", "reopen", id]);
    await fleet.settled(id, "blocked");
    expect(fleet.outcome(id, 2)?.reason).toContain("answer.md is as it was before the work");
    await fleet.settled(stale, "blocked");
    expect(fleet.outcome(stale)?.reason).toContain("an answer was expected, and stale.md is as it was before the work");
    expect(await fleet.run(["task", stale, "result"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has no result yet"),
    });
  });

  it("is refused where it is not known", async () => {
    const { code, stderr } = await fleet.run(["bd", "create", "x", "--expect", "luck"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("commit, path:GLOB")]);
  });
});

it("the next prompt has the checks, the scope and what was missing", async () => {
  const own = `${ROBOT}  teller:
    argv: [sh, -c, "cat >/dev/null; echo said"]
    prompt: stdin
`;
  await using other = await Fleet.make({ max_attempts: "2" }, own);
  await other.supervise();
  const id = await other.task("is told", "do it", {
    coder: "teller",
    metadata: { checks: ["echo the reason; false"], allow: ["src/**"], deny: ["src/gen"], expect: ["commit"] },
  });
  await other.settled(id, "blocked");
  const prompt = readFileSync(join(other.dir(id, 2), "prompt.md"), "utf8");
  for (const part of [
    "`echo the reason; false` must exit 0",
    "You may change only `src/**`",
    "You may not change `src/gen`",
    "What was missing last time:",
    "check failed: `echo the reason; false`: exit 1: the reason",
  ])
    expect(prompt).toContain(part);
});

it("a supervisor killed while a check runs: the next one takes the check over, and it counts once", async () => {
  await using other = await Fleet.make();
  await other.start();
  const id = await other.task("is proven late", "true", {
    metadata: { checks: ["echo x >>begun; until [ -e let-go ]; do sleep 0.05; done", "true"] },
  });
  await other.file("begun");
  await other.killSupervisor();
  await other.supervise();
  other.write("let-go");
  await other.settled(id, "closed");
  expect(await other.file("begun")).toBe("x\n");
  expect(other.outcomes(id)).toEqual(["done"]);
});
