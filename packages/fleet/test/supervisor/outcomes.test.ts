/** How attempts end, each end made for real: one home, one supervisor, many tasks. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fleetRecord } from "@fleet/store/fleet-record";

import { readExit } from "../../src/attempts/records/record.ts";
import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { readPid } from "../../src/attempts/records/pid-file.ts";
import { readStop } from "../../src/attempts/records/stop.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { RESULT, ROBOT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ max_attempts: "2", max_concurrent: "20" }, ROBOT);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

async function running(id: string, n = 1): Promise<number> {
  return await until(`attempt ${n} of ${id} runs`, () => {
    const pid = readPid(fleet.dir(id, n));
    return pid.kind === "wrapper" && pid.pid;
  });
}

describe.concurrent("the shell coder", () => {
  it("done: exit 0 closes the task, with the receipt in the commit", async () => {
    const id = await fleet.task("greets", "echo hello; echo oops >&2");
    const issue = await fleet.settled(id, "closed");
    expect(issue.close_reason).toBe("exit 0");
    expect(fleetRecord(issue)).toMatchObject({ attempts: 1 });
    expect(Object.keys(fleetRecord(issue))).not.toContain("tries");
    expect(fleet.store.snapshot().issue(id)?.assignee).toBeDefined();
    expect(readReceipt(fleet.dir(id))).toMatchObject({ verdict: "done", exit_code: 0 });
    const { stdout } = await fleet.run(["task", id, "log"]);
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}hello\n {10}! oops\n$/);
    expect(await fleet.ok(["task", id, "stderr"])).toBe("oops\n");
  });

  it("failed → tried again → blocked, with the end of stderr as a comment", async () => {
    const id = await fleet.task("always fails", "echo first >&2; echo the reason why >&2; exit 3");
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["failed", "failed"]);
    expect(issue.assignee).toBeUndefined();
    expect(fleetRecord(issue)).toMatchObject({ tries: 2, reason: "failed 2 times, the last: exit 3: the reason why" });
    expect(fleet.comments(id)).toContain("The end of standard error:\nfirst\nthe reason why");
    await fleet.ok(["retry", id]);
    await until("two more tries", () => fleet.outcomes(id).length === 4);
    await fleet.settled(id, "blocked");
  });

  it("failed once, then done: the second try runs after the pause", async () => {
    const id = await fleet.task("fails once", "[ -e once ] || { touch once; exit 1; }");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["failed", "done"]);
  });

  it("closed from inside: a completion claim, and dependents wait until it is settled", async () => {
    const script =
      'fleet bd close "$FLEET_TASK_ID" --reason "made it"; touch claimed; while [ ! -e let-go ]; do sleep 0.05; done; exit 5';
    const id = await fleet.task("closes itself", script);
    const next = await fleet.task("waits for it", "echo next >>next", { needs: [id] });
    await until("the claim", () => existsSync(join(fleet.project, "claimed")));
    expect(fleetRecord(fleet.issue(id)).completion?.reason).toBe("made it");
    expect(fleet.issue(id).status).toBe("in_progress");
    expect(fleet.outcomes(next)).toEqual([]);
    fleet.write("let-go");
    expect((await fleet.settled(id, "closed")).close_reason).toBe("made it");
    await fleet.settled(next, "closed");
    expect(readReceipt(fleet.dir(id))).toMatchObject({ closed_from_inside: "made it", exit_code: 5 });
  });

  it("closed from inside, and it stays without a sign: it is stopped, and done", async () => {
    const script = 'fleet bd close "$FLEET_TASK_ID" --reason "over"; sleep 100';
    const id = await fleet.task("does not leave", script, { metadata: { quiet_after: "500ms" } });
    await fleet.settled(id, "closed");
    expect(readStop(fleet.dir(id))).toEqual({ kind: "finished" });
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });

  it("question: blocked by the agent itself, with words", async () => {
    const id = await fleet.task("asks", 'fleet bd update "$FLEET_TASK_ID" --status blocked --notes "which key?"');
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcome(id)).toMatchObject({ kind: "question", reason: "which key?" });
    expect(issue.notes).toBe("which key?");
    expect(fleet.tries(id)).toBe(0);
  });

  it("its own claim is idempotent, and others are not to be had from inside", async () => {
    const id = await fleet.task(
      "claims again",
      'fleet bd update "$FLEET_TASK_ID" --claim >/dev/null || exit 8; [ -z "$(bd ready --claim --json | grep tt-)" ] || exit 9',
    );
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });

  it("lost: wrapper and coder killed from outside (LESSONS #22926)", async () => {
    const id = await fleet.task("is shot", "[ -e shot ] && exit 0; touch shot; sleep 100");
    const wrapper = await running(id);
    await until("its start", () => existsSync(join(fleet.project, "shot")));
    process.kill(-wrapper, "SIGKILL");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["lost", "done"]);
    expect(fleet.tries(id)).toBe(1);
  });

  it("killed by `fleet kill`: all its processes end, the task waits for a person", async () => {
    const id = await fleet.task("runs long", "sleep 100 & trap '' TERM; sleep 100; sleep 100");
    const wrapper = await running(id);
    const out = await fleet.ok(["kill", id]);
    expect(out).toContain("killed by Ann");
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["killed"]);
    expect(fleetRecord(issue).reason).toBe("killed by Ann");
    expect(isAlive(wrapper)).toBe(false);
    expect(readExit(fleet.dir(id))).toBeDefined();
  });

  it("a completion claim outranks a later kill; one that comes after the kill does not", async () => {
    const early = await fleet.task(
      "says so early",
      'fleet bd close "$FLEET_TASK_ID" --reason early; touch early; sleep 100',
    );
    const late = await fleet.task(
      "says so late",
      `trap 'fleet bd close "$FLEET_TASK_ID" --reason late; exit 0' TERM; touch late; while :; do sleep 0.05; done`,
    );
    await until("both", () => ["early", "late"].every((name) => existsSync(join(fleet.project, name))));
    await fleet.run(["kill", early, late]);
    await fleet.settled(early, "closed");
    await fleet.settled(late, "blocked");
    expect([fleet.outcomes(early), fleet.outcomes(late)]).toEqual([["done"], ["killed"]]);
  });
});

describe.concurrent("a coder that could not be started", () => {
  it("the directory was deleted between create and claim", async () => {
    const cwd = join(fleet.root, "gone");
    mkdirSync(cwd);
    const first = await fleet.task("holds it up", "while [ ! -e deleted ]; do sleep 0.05; done");
    const id = await fleet.task("has no directory", "true", { cwd, needs: [first] });
    rmSync(cwd, { recursive: true });
    fleet.write("deleted");
    const issue = await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["spawn-failed", "spawn-failed"]);
    expect(fleetRecord(issue).reason).toContain(`the task's directory ${cwd} is gone`);
  });

  it("an executable that is missing", async () => {
    const id = await fleet.task("wants the missing", "true", { coder: "missing" });
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["spawn-failed", "spawn-failed"]);
  });
});

describe.concurrent("a coder declared in config.yaml", () => {
  it("done: closed from inside with a tool behind it", async () => {
    const id = await fleet.task("works", `${TOOL}; fleet bd close "$FLEET_TASK_ID" --reason worked >&2; ${RESULT}`, {
      coder: "robot",
    });
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))).toMatchObject({ verdict: "done", tools_finished: 1, reports_tools: true });
  });

  it("asked: closed from inside, and no tool ran (LESSONS 2)", async () => {
    const id = await fleet.task("boasts", 'fleet bd close "$FLEET_TASK_ID" --reason "trust me" >&2', {
      coder: "robot",
    });
    await fleet.settled(id, "in_progress");
    expect(fleet.outcomes(id)).toEqual(["asked"]);
    expect(fleet.outcome(id)?.reason).toContain("no tool finished but the call that closed the task");
  });

  it("asked: a good result, and the task was never closed", async () => {
    const id = await fleet.task("just stops", `${TOOL}; ${RESULT}`, { coder: "robot" });
    await fleet.settled(id, "in_progress");
    expect(fleet.outcome(id)?.reason).toBe("it ended without closing the task");
  });

  it("context-full: stopped at the threshold, no try, and the next attempt starts fresh", async () => {
    const full = says({ type: "usage", input: 90, output: 1, context: 90, window: 100 });
    const id = await fleet.task("fills up", `[ -e filled ] && exec true; touch filled; ${full}; sleep 100`, {
      coder: "robot",
    });
    expect(await fleet.attempted(id)).toMatchObject({
      kind: "context-full",
      counts: false,
      usage: { context: 90, window: 100 },
    });
    expect((await fleet.attempted(id, 2)).kind).not.toBe("context-full");
    await fleet.ok(["kill", id]);
  });

  it("question: it waits for a person, who sees what was asked", async () => {
    const id = await fleet.task("wonders", `${says({ type: "question", text: "red or blue?" })}; ${RESULT}`, {
      coder: "robot",
    });
    const issue = await fleet.settled(id, "blocked");
    expect(fleetRecord(issue).reason).toBe("red or blue?");
  });

  it("rate-limited: no try; the coder is on hold until the reset, others continue, `fleet resume` lifts it (LESSONS 3)", async () => {
    const until5h = new Date(Date.now() + 18_000_000).toISOString();
    const limited = `[ -e unlimited ] && { ${TOOL}; fleet bd close "$FLEET_TASK_ID" >&2; ${RESULT}; exit 0; }
${says({ type: "limit", state: "rejected", scope: "window", until: until5h })}
${says({ type: "result", ok: false, text: "limit reached", cause: "rate-limit" })}; exit 1`;
    const id = await fleet.task("meets a limit", limited, { coder: "metered" });
    expect(await fleet.attempted(id)).toMatchObject({ kind: "rate-limited", parks: "window", until: until5h });
    const other = await fleet.task("of another coder", "true");
    await fleet.settled(other, "closed");
    expect(fleet.issue(id).status).toBe("open");
    expect(fleet.tries(id)).toBe(0);
    expect((await fleet.run(["run", "status"])).stdout).toMatch(/^on hold +metered until /m);
    fleet.write("unlimited");
    expect(await fleet.ok(["resume"])).toContain("Resumed: account metered (");
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["rate-limited", "done"]);
  });
});

it("timed-out: stops what takes too long, with children in other sessions", async () => {
  await using own = await Fleet.make({ task_timeout: "700ms", max_attempts: "1" });
  const id = await own.task("never ends", "setsid sleep 100 & sleep 100");
  await own.supervise();
  const issue = await own.settled(id, "blocked");
  expect(own.outcomes(id)).toEqual(["timed-out"]);
  expect(fleetRecord(issue).reason).toContain("timed-out 1 time");
  expect(own.attemptProcesses()).toEqual([]);
});

it("leaves no process behind", async () => {
  await until("none is left", () => fleet.processes().length === 0);
});
