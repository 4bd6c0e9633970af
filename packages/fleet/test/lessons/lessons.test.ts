/**
 * What happened to people with other supervisors, one test a point that no other test shows; docs/operations.md has the
 * table of all points and what shows each, and the last test here holds it to what there is.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { plan } from "../../src/engine/core/plan.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { ROBOT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";
import { attemptOf, RUNNING, taskOf, worldOf } from "../support/world.ts";

const MINUTE = 60_000;
const KILLED = { kind: "killed", by: "ann" } as const;

it("LESSONS 1: a task is never run by two agents, however often its supervisor is killed while it starts them", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "4" });
  const script = (n: number): string =>
    `mkdir busy-${n} || echo ${n} >>overlaps; echo begin >>ran-${n}; sleep 0.4; rmdir busy-${n}`;
  const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(async (n) => await fleet.task(`t${n}`, script(n))));
  for (let n = 0; n < 5; n++) {
    await fleet.start();
    await new Promise((resolve) => setTimeout(resolve, 60 + 70 * n));
    await fleet.killSupervisor();
  }
  await fleet.supervise();
  for (const id of ids) await fleet.settled(id, "closed");
  expect(existsSync(join(fleet.project, "overlaps"))).toBe(false);
  for (const n of [1, 2, 3, 4, 5, 6]) expect(readFileSync(join(fleet.project, `ran-${n}`), "utf8")).toBe("begin\n");
});

it("LESSONS bug #49064: a kill that does not land (a process in the kernel) keeps the claim; nothing is judged or claimed again", () =>
  fc.assert(
    fc.property(fc.integer({ min: 5_001, max: 1_000 * MINUTE }), (ago) => {
      const now = 2_000 * MINUTE;
      const stuck = { kind: "running", ...RUNNING, stop: KILLED, termedAt: now - ago } as const;
      const tasks = [taskOf("t")];
      const actions = plan(worldOf(stuck, now, { tasks }));
      expect(actions.map((action) => (action.kind === "signal" ? action.signal : action.kind))).toEqual(["SIGKILL"]);
    }),
  ));

it("LESSONS bug #23442: a slow worker is not killed by a lease: only its own limit ends what lives and holds its claim", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 * MINUTE - 1 }), (now) => {
      // That its limit comes near is said to a person; nothing is done to it.
      const done = plan(worldOf({ kind: "running", ...RUNNING }, now)).filter(({ kind }) => kind !== "warn");
      expect(done).toEqual([]);
      // However long ago anybody looked at it, and though the store can't be read just now.
      const unknown = worldOf({ kind: "running", ...RUNNING }, now, {
        unknown: true,
        attempts: [attemptOf({ kind: "running", ...RUNNING }, { claim: "unknown" })],
      });
      expect(plan(unknown).filter(({ kind }) => kind !== "warn")).toEqual([]);
    }),
  ));

it("LESSONS bug #82664: claimed and never spawned: given up after the launch grace, never stuck", () => {
  const launching = (since: number) => ({ kind: "launching", since, otherBoot: false, stopped: false }) as const;
  expect(plan(worldOf(launching(0), 10_000))).toEqual([]);
  expect(plan(worldOf(launching(0), 10_001)).map(({ kind }) => kind)).toEqual(["fence"]);
  expect(plan(worldOf({ kind: "fenced" }, 10_001)).map(({ kind }) => kind)).toEqual(["outcome"]);
});

it("LESSONS bug #35220: tries are kept over restarts of the supervisor, so that a failing task ends", async () => {
  await using fleet = await Fleet.make({ max_attempts: "3", retry_backoff: "600ms", retry_backoff_max: "600ms" });
  const id = await fleet.task("fails", "date +%N >&2; exit 3");
  for (const n of [1, 2]) {
    await fleet.start();
    await fleet.attempted(id, n);
    await fleet.killSupervisor();
    expect(fleet.tries(id)).toBe(n);
  }
  await fleet.supervise();
  await fleet.settled(id, "blocked");
  expect(fleet.outcomes(id)).toEqual(["failed", "failed", "failed"]);
});

it("LESSONS bug #38223: a limit is not a failure: however often it is reached, no try is counted and nothing is blocked", async () => {
  await using fleet = await Fleet.make({ max_attempts: "2", limit_pause: "100ms" }, ROBOT);
  const limit = says({ type: "limit", state: "rejected", scope: "minute" });
  const id = await fleet.task(
    "meets limits",
    `n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n; ${TOOL}; [ "$n" -ge 3 ] || { ${limit}; exit 1; }; fleet bd close "$FLEET_TASK_ID"`,
    { coder: "robot" },
  );
  await fleet.supervise();
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["rate-limited", "rate-limited", "rate-limited", "done"]);
  expect(fleet.tries(id)).toBe(0);
});

it("LESSONS 7: a server that an agent left behind in a session of its own is gone before the task is tried again", async () => {
  await using fleet = await Fleet.make({ max_attempts: "2" });
  const id = await fleet.task(
    "serves",
    "if [ -e server ]; then kill -0 $(cat server) 2>/dev/null && touch found; exit 0; fi; setsid sleep 300 & echo $! >server; exit 3",
  );
  await fleet.supervise();
  await fleet.settled(id, "closed");
  expect(existsSync(join(fleet.project, "found"))).toBe(false);
  expect(isAlive(Number(await fleet.file("server")))).toBe(false);
});

it("LESSONS 15: nothing is written outside of the home and the task's directory", async () => {
  await using fleet = await Fleet.make();
  const user = String(fleet.env["HOME"]);
  const id = await fleet.task("writes", "touch here");
  await fleet.supervise();
  await fleet.settled(id, "closed");
  await fleet.ok(["tasks", "--all"]);
  fleet.askToStop();
  await until("the supervisor's end", () => fleet.supervisor() === undefined);
  expect(readdirSync(user)).toEqual([".gitconfig"]);
  expect(readdirSync(fleet.project)).toEqual(["here"]);
  expect(readdirSync(fleet.root).sort()).toEqual(["home", "project", "user"]);
});

it("starting a supervisor in an unusable home says so", async () => {
  await using fleet = await Fleet.make({}, "max_concurrent: none\n");
  const { code, stderr } = await fleet.run(["run", "start"]);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/config\.yaml/);
  await until("nothing runs", () => fleet.processes().length === 0);
});

it("docs/operations.md: every test that a point names exists", () => {
  const root = fileURLToPath(new URL("../../../..", import.meta.url));
  const docs = readFileSync(join(root, "docs/operations.md"), "utf8");
  const rows = [...docs.matchAll(/^\| (?:\d+|#\S+|start|logs).*?\| `([^`]+)`: (.+?) +\|$/gm)];
  expect(rows.length).toBe(36);
  for (const [, file = "", name = ""] of rows) {
    const source = readFileSync(join(root, "packages", file), "utf8");
    expect(source, `${file} has no test named: ${name}`).toContain(name);
  }
});
