/** An attempt whose number another one had taken: the branch went back and forth, so its directory carries a part of its uuid. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";

import { usedByAll } from "../../src/attempts/limits/of-task.ts";
import { attemptsDir, attemptsOf, dirOf } from "../../src/attempts/records/paths.ts";
import { readOutcome, writeAttempt, writeOutcome } from "../../src/attempts/records/record.ts";
import { readStop } from "../../src/attempts/records/stop.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const FIRST = "11111111-2222-4333-8444-555555555555";
const SECOND = "7f3a9c1e-2222-4333-8444-555555555555";

/** The first attempt's record in the plain directory: 100 tokens, failed. */
function recordFirst(fleet: Fleet, task: string): string {
  const dir = join(attemptsDir(fleet.home, task), "1");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const at = new Date().toISOString();
  writeAttempt(dir, {
    uuid: FIRST,
    n: 1,
    task,
    coder: "shell",
    account: "shell",
    cwd: fleet.project,
    file: "sh",
    args: [],
    session: "s",
    created_at: at,
    monotonic: 0,
    boot: "another",
    timeout_ms: 1000,
  });
  writeOutcome(dir, {
    kind: "failed",
    reason: "exit 1, the first",
    becomes: "open",
    counts: true,
    at,
    duration_ms: 1,
    usage: { input: 60, output: 40 },
  });
  return dir;
}

async function claimSecond(fleet: Fleet, task: string): Promise<void> {
  const act = fleet.act("shell/7f3a9c1e");
  const attempt = { n: 1, uuid: SECOND };
  const home = homeId(fleet.store.gitDir);
  await fleet.store.transact(act, (now) => claim(now, act, { id: task, attempt, home, account: "shell" }));
}

it("an attempt whose number was taken is shown, compared, counted and stopped by its own record", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("runs", "echo here; echo there >&2; while :; do sleep 0.1; done");
  const first = recordFirst(fleet, id);
  await claimSecond(fleet, id);
  await fleet.supervise();
  const second = join(attemptsDir(fleet.home, id), "1-7f3a9c1e");
  await until("it runs", () => existsSync(join(second, "log.jsonl")));
  expect(attemptsOf(fleet.home, id).map(({ name }) => name)).toEqual(["1", "1-7f3a9c1e"]);

  expect(JSON.parse(await fleet.ok(["tasks", "--json"])).tasks).toMatchObject([{ id, attempt: 1, state: "running" }]);
  await until("its standard error", async () => (await fleet.ok(["task", id, "stderr"])).includes("there"));
  await until("its log", async () => (await fleet.ok(["task", id, "log", "-n", "1"])).includes("here"));
  expect(JSON.parse(await fleet.ok(["compare", id, "--json"])).attempts).toMatchObject([
    { attempt: 1, outcome: "failed", tokens: 100, dir: first },
    { attempt: 1, reason: "running", dir: second },
  ]);
  expect(JSON.parse(await fleet.ok(["task", id, "--json"])).attempts).toMatchObject([
    { uuid: FIRST },
    { uuid: SECOND },
  ]);

  await fleet.ok(["bd", "close", id, "-r", "by hand"]);
  expect(fleet.issue(id).status).toBe("closed");
  expect(readStop(second)).toMatchObject({ kind: "by-hand" });
  expect(readOutcome(second)).toMatchObject({ kind: "killed" });
  expect(readStop(first)).toBeUndefined();
  expect(usedByAll(fleet.home, id, SECOND)).toMatchObject([{ uuid: FIRST, input: 60, output: 40 }]);
});

it("an attempt keeps its own directory when the one that had its number is deleted", async () => {
  await using fleet = await Fleet.make();
  const id = "tt-1";
  const second = join(attemptsDir(fleet.home, id), "1-7f3a9c1e");
  recordFirst(fleet, id);
  expect(dirOf(fleet.home, id, { n: 1, uuid: SECOND })).toBe(second);
  expect(dirOf(fleet.home, id, { n: 1, uuid: FIRST })).toBe(join(attemptsDir(fleet.home, id), "1"));
  mkdirSync(second);
  writeFileSync(join(attemptsDir(fleet.home, id), "1", "attempt.json"), "");
  expect(dirOf(fleet.home, id, { n: 1, uuid: SECOND })).toBe(second);
});
