/** What people do to a task that runs: by command with and without a supervisor, and by moving the branch. */
import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { heldBy } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import { gitDirOf } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";

import { readPid } from "../../src/attempts/records/pid-file.ts";
import { readStop } from "../../src/attempts/records/stop.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const WAIT =
  'echo start >>"ran.$FLEET_TASK_ID"; while [ ! -e go ]; do sleep 0.05; done; echo end >>"ran.$FLEET_TASK_ID"';

async function runningTask(fleet: Fleet, script = WAIT): Promise<{ id: string; wrapper: number }> {
  const id = await fleet.task("runs", script);
  await until(`${id} runs`, () => fleet.ran(id) !== "");
  const pid = readPid(fleet.dir(id));
  if (pid.kind !== "wrapper") throw new Error("no wrapper");
  return { id, wrapper: pid.pid };
}

const git = (fleet: Fleet, ...args: string[]): string =>
  execFileSync("git", [`--git-dir=${gitDirOf(fleet.home)}`, ...args], { encoding: "utf8" }).trim();

it.concurrent("kill without a supervisor: the command does the work itself", async () => {
  await using fleet = await Fleet.make();
  await fleet.start();
  const { id, wrapper } = await runningTask(fleet, `${WAIT} & wait`);
  await fleet.killSupervisor();
  expect(await fleet.ok(["kill", id])).toContain("killed by Ann");
  expect(isAlive(wrapper)).toBe(false);
  expect(fleet.processes()).toEqual([]);
  expect(fleet.issue(id).status).toBe("blocked");
  expect(heldBy(fleet.issue(id))).toBeUndefined();
  expect(await fleet.ok(["kill", id])).toContain("is not running");
});

it.concurrent("kill of a task that was claimed and never started: it is not started for that", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("claimed only", "touch ran");
  const act = fleet.act("shell/0a0b");
  const attempt = { n: 1, uuid: randomUUID() };
  await fleet.store.transact(act, (now) => claim(now, act, { id, attempt, home: homeId(fleet.store.gitDir) }));
  await fleet.ok(["kill", id]);
  expect(fleet.issue(id).status).toBe("blocked");
  expect(fleet.outcomes(id)).toEqual(["killed"]);
  expect(existsSync(join(fleet.project, "ran"))).toBe(false);
});

it.concurrent("close and reopen by hand stop the attempt first (LESSONS #21141)", { timeout: 120_000 }, async () => {
  await using fleet = await Fleet.make();
  await fleet.supervise();
  const closed = await runningTask(fleet);
  const out = await fleet.ok(["bd", "close", closed.id, "--reason", "not needed"]);
  expect(out).toContain("Closed");
  expect(isAlive(closed.wrapper)).toBe(false);
  expect(fleet.issue(closed.id)).toMatchObject({ status: "closed", close_reason: "not needed" });
  expect(heldBy(fleet.issue(closed.id))).toBeUndefined();
  expect(readStop(fleet.dir(closed.id))).toMatchObject({ kind: "by-hand", by: "Ann", verb: "close" });
  const reopened = await runningTask(fleet);
  await fleet.ok(["bd", "reopen", reopened.id]);
  expect(isAlive(reopened.wrapper)).toBe(false);
  expect(fleet.issue(reopened.id).status).toBe("open");
  expect(fleet.tries(reopened.id)).toBe(0);
  const blocked = await runningTask(fleet);
  await fleet.ok(["bd", "update", blocked.id, "--status", "deferred"]);
  expect(isAlive(blocked.wrapper)).toBe(false);
  expect(fleet.issue(blocked.id).status).toBe("deferred");
  expect(fleet.ran(closed.id)).toBe("start\n");
  // The log does not promise another try of what was closed.
  const log = await fleet.ok(["log"]);
  expect(log).toContain("stopped, because Ann did close on the task by hand\n");
  expect(log).not.toContain("again from");
});

it.concurrent("close by hand without a supervisor stops what its dead predecessor left running", async () => {
  await using fleet = await Fleet.make();
  await fleet.start();
  const { id, wrapper } = await runningTask(fleet);
  await fleet.killSupervisor();
  await fleet.ok(["bd", "close", id, "--reason", "by hand"]);
  expect(isAlive(wrapper)).toBe(false);
  expect(fleet.issue(id).status).toBe("closed");
  expect(fleet.processes()).toEqual([]);
});

it.concurrent("a claim without an attempt is never adopted, released or counted", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "1" });
  const mine = await fleet.task("mine", "true", { priority: 0 });
  await fleet.ok(["bd", "update", mine, "--claim"]);
  const other = await fleet.task("the fleet's", "true");
  await fleet.supervise();
  await fleet.settled(other, "closed");
  expect(fleet.issue(mine)).toMatchObject({ status: "in_progress", assignee: "Ann" });
  expect(fleet.outcomes(mine)).toEqual([]);
});

it.concurrent("containers are in `ready` and never dispatched", async () => {
  await using fleet = await Fleet.make();
  await fleet.ok(["bd", "create", "an epic", "--type", "epic", "-d", "touch epic"]);
  const other = await fleet.task("work", "true");
  await fleet.supervise();
  await fleet.settled(other, "closed");
  expect(await fleet.ok(["ready"])).toContain("an epic");
  expect(existsSync(join(fleet.project, "epic"))).toBe(false);
});

/** The commit that made the task: the tip may be its claim already. */
const madeAt = (fleet: Fleet): string =>
  git(fleet, "log", "-1", "--format=%H", "--grep=^Fleet-Event: create$", "main").trim();

it.concurrent("the branch is moved back under a running attempt: never two of it at once, and the way back is named (LESSONS #95212)", async () => {
  await using fleet = await Fleet.make();
  await fleet.supervise();
  const id = await fleet.task("runs", WAIT);
  const before = madeAt(fleet);
  await until("it runs", () => fleet.ran(id) !== "");
  const pid = readPid(fleet.dir(id));
  git(fleet, "update-ref", "refs/heads/main", before);
  await fleet.attempted(id);
  expect(fleet.outcome(id)).toMatchObject({ kind: "killed", reason: expect.stringContaining("taken from it") });
  expect(pid.kind === "wrapper" && isAlive(pid.pid)).toBe(false);
  await until("the second attempt", () => fleet.ran(id) === "start\nstart\n");
  fleet.write("go");
  await fleet.settled(id, "closed");
  expect(fleet.ran(id)).toBe("start\nstart\nend\n");
  expect(fleet.journal()).toContain("the branch was moved back");
});

it.concurrent("the branch is moved back while no supervisor runs: what lives is found on disk", async () => {
  await using fleet = await Fleet.make();
  await fleet.start();
  const id = await fleet.task("runs", WAIT);
  const before = madeAt(fleet);
  await until("it runs", () => fleet.ran(id) !== "");
  await fleet.killSupervisor();
  git(fleet, "update-ref", "refs/heads/main", before);
  await fleet.supervise();
  await until("the second attempt", () => fleet.ran(id) === "start\nstart\n");
  expect(fleet.outcome(id)?.kind).toBe("killed");
  fleet.write("go");
  await fleet.settled(id, "closed");
});

it.concurrent("the branch is gone for a while: nothing is stopped, nothing is claimed, then everything continues", async () => {
  await using fleet = await Fleet.make();
  await fleet.supervise();
  const { id, wrapper } = await runningTask(fleet);
  const tip = fleet.store.tip();
  const ref = join(gitDirOf(fleet.home), "refs", "heads", "main");
  rmSync(ref);
  await until("word of it", () => fleet.journal().includes("the store can't be read"));
  expect(isAlive(wrapper)).toBe(true);
  fleet.write("go");
  await until("its end", () => !isAlive(wrapper));
  expect(fleet.outcome(id)).toBeUndefined();
  git(fleet, "update-ref", "refs/heads/main", tip);
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["done"]);
});

it.concurrent("the task's line is made undecodable by a push: the attempt continues, others too, and it is settled once fixed", async () => {
  await using fleet = await Fleet.make();
  await fleet.supervise();
  const { id, wrapper } = await runningTask(fleet);
  const good = fleet.store.tip();
  const clone = join(fleet.root, "clone");
  const person = ["-c", "user.name=p", "-c", "user.email=p@example.org", "-C", clone];
  execFileSync("git", ["clone", "-q", gitDirOf(fleet.home), clone]);
  const shard = readdirSync(join(clone, "issues")).find((name) =>
    readFileSync(join(clone, "issues", name), "utf8").includes(`"${id}"`),
  );
  const path = join(clone, "issues", shard ?? "");
  writeFileSync(path, readFileSync(path, "utf8").replace(`{"id":"${id}",`, `{"id":"${id}",,`));
  execFileSync("git", [...person, "commit", "-qam", "break a line"]);
  execFileSync("git", [...person, "push", "-q"]);
  expect(fleet.store.tip()).not.toBe(good);
  const other = await fleet.task("another", "true");
  await fleet.settled(other, "closed");
  expect(isAlive(wrapper)).toBe(true);
  fleet.write("go");
  await until("its end", () => !isAlive(wrapper));
  await fleet.settled(await fleet.task("a third", "true"), "closed");
  expect(fleet.outcome(id)).toBeUndefined();
  execFileSync("git", [...person, "pull", "-q", "--rebase"]);
  writeFileSync(path, readFileSync(path, "utf8").replace(`{"id":"${id}",,`, `{"id":"${id}",`));
  execFileSync("git", [...person, "commit", "-qam", "mend it"]);
  execFileSync("git", [...person, "push", "-q"]);
  await fleet.settled(id, "closed");
  expect(fleet.outcomes(id)).toEqual(["done"]);
  expect(fleetRecord(fleet.issue(id)).tries).toBeUndefined();
});

it.concurrent("a directory at the path of an attempt's file is moved aside: others continue, then the attempt is settled", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "2" });
  await fleet.supervise();
  const { id } = await runningTask(fleet);
  const odd = join(fleet.dir(id), "stop.json");
  mkdirSync(odd);
  await until("word of it", () => fleet.journal().includes(`attempt 1 of ${id} can't be looked at`));
  await fleet.settled(await fleet.task("another", "true"), "closed");
  fleet.write("go");
  await until("its end", () => fleet.ran(id) === "start\nend\n");
  await fleet.settled(id, "closed");
  expect([fleet.outcomes(id), existsSync(odd)]).toEqual([["done"], false]);
});

it.concurrent("shows why nothing starts: paused, draining though its command was interrupted, no supervisor", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("runs on", "while [ ! -e go ]; do sleep 0.05; done");
  await fleet.start();
  await until("it runs", () => heldBy(fleet.issue(id)) !== undefined);
  const drain = fleet.spawn(["drain"]);
  let said = "";
  drain.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  await until("it waits", () => said.includes(`Waiting for 1: ${id}`));
  drain.kill("SIGINT");
  await new Promise((resolve) => drain.once("close", resolve));
  expect(said).toContain("Still draining");
  expect(await fleet.ok(["tasks"])).toMatch(
    /Draining since [-\d]* ?\d\d:\d\d:\d\d by .*: nothing new is claimed\. Resume with: fleet resume/,
  );
  await fleet.ok(["pause"]);
  await fleet.killSupervisor();
  expect(await fleet.ok(["tasks"])).toContain("No supervisor is running; `fleet run start` will pick these up.");
  expect(await fleet.ok(["run", "start"])).toMatch(
    /\nPaused since .*: nothing new is claimed\. Resume with: fleet resume/,
  );
  fleet.write("go");
  await fleet.settled(id, "closed");
});
