/** A supervisor dies; its children continue; the next one adopts them, whatever it was that its predecessor did last. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";

import { launch } from "../../src/attempts/process/spawn.ts";
import { readAttempt, writeAttempt, type AttemptRecord } from "../../src/attempts/records/record.ts";
import { readPid } from "../../src/attempts/records/pid-file.ts";
import { bootId, monotonic } from "@fleet/kit/clock";
import { declareGone } from "../../src/engine/shell/state/gone-places.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { EIGHT, waiting, eightRunning, adoptions, wrapperOf } from "./eight.ts";

describe.concurrent("a supervisor killed with SIGKILL while eight children run", () => {
  it(
    "is followed by one that adopts all eight; none runs twice, all finish (LESSONS 1)",
    { timeout: 120_000 },
    async () => {
      await using fleet = await Fleet.make();
      const ids = await eightRunning(fleet, false);
      const wrappers = ids.map((id) => wrapperOf(fleet, id));
      await fleet.killSupervisor();
      expect(wrappers.every(isAlive)).toBe(true);
      await fleet.supervise();
      await until("eight adoptions", () => adoptions(fleet) === 8);
      fleet.write("go");
      for (const id of ids) await fleet.settled(id, "closed");
      expect(ids.map((id) => fleet.ran(id))).toEqual(EIGHT.map(() => "start\nend\n"));
      expect(ids.map((id) => fleet.outcomes(id))).toEqual(EIGHT.map(() => ["done"]));
    },
  );
});

/** Of each fleet another one: these tests run beside each other, and an attempt's processes are known by it alone. */
const uuids = new WeakMap<Fleet, string>();
function uuidOf(fleet: Fleet): string {
  const uuid = uuids.get(fleet) ?? randomUUID();
  uuids.set(fleet, uuid);
  return uuid;
}

async function claimed(fleet: Fleet, id: string): Promise<void> {
  const act = fleet.act("shell/0a0b");
  const attempt = { n: 1, uuid: uuidOf(fleet) };
  await fleet.store.transact(act, (now) => claim(now, act, { id, attempt, home: homeId(fleet.store.gitDir) }));
}

function record(fleet: Fleet, id: string, over: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    uuid: uuidOf(fleet),
    n: 1,
    task: id,
    coder: "shell",
    account: "shell",
    cwd: fleet.project,
    file: "sh",
    args: ["-c", "echo late >>late; sleep 60"],
    session: "s",
    created_at: new Date().toISOString(),
    monotonic: monotonic(),
    boot: bootId(),
    timeout_ms: 60_000,
    ...over,
  };
}

describe("a home whose records name no place, as they were written before", () => {
  it("is taken over with its running attempts: none is lost, none runs twice", { timeout: 120_000 }, async () => {
    await using fleet = await Fleet.make();
    const ids = [await fleet.task("wait 1", waiting(false)), await fleet.task("wait 2", waiting(false))];
    const pid = await fleet.start();
    await until("two that run", () => ids.every((id) => fleet.ran(id) === "start\n"));
    await fleet.killSupervisor();
    for (const id of ids) {
      const { machine: _, ...before } = readAttempt(fleet.dir(id)) ?? record(fleet, id);
      writeAttempt(fleet.dir(id), before);
    }
    const former = { pid, start: "1", boot: bootId(), since: new Date().toISOString(), version: "0" };
    writeFileSync(join(fleet.store.gitDir, "fleet", "supervisor.1"), JSON.stringify(former));
    await fleet.supervise();
    await until("two adoptions", () => adoptions(fleet) === 2);
    fleet.write("go");
    for (const id of ids) await fleet.settled(id, "closed");
    expect(ids.map((id) => fleet.ran(id))).toEqual(["start\nend\n", "start\nend\n"]);
    expect(ids.map((id) => fleet.outcomes(id))).toEqual([["done"], ["done"]]);
  });
});

describe.concurrent("a supervisor that died between two steps", () => {
  it("after the claim: it is started by the next, once (LESSONS #82664)", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("claimed only", "echo ran >>ran");
    await claimed(fleet, id);
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["done"]);
    expect(await fleet.file("ran")).toBe("ran\n");
  });

  it("after the record: it is given up, and a wrapper that comes late does nothing", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("recorded only", "echo ran >>ran");
    await claimed(fleet, id);
    const dir = fleet.dir(id);
    mkdirSync(dir, { recursive: true });
    writeAttempt(dir, record(fleet, id));
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["not-started", "done"]);
    expect(fleet.tries(id)).toBe(0);
    const command = ["sh", "-c", "echo late >>late"];
    const env = { PATH: process.env["PATH"] ?? "", FLEET_HOME: fleet.home };
    await launch({ dir, cwd: fleet.project, command, env, stdin: "null" });
    await until("the late wrapper's end", () => fleet.processes().length === 0);
    expect(existsSync(join(fleet.project, "late"))).toBe(false);
    expect(await fleet.file("ran")).toBe("ran\n");
  });

  it("in another boot of the machine: what it ran is lost, and counts as a try", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("of another boot", "echo ran >>ran");
    await claimed(fleet, id);
    const dir = fleet.dir(id);
    mkdirSync(dir, { recursive: true });
    // The pid is alive, and another process's: this test's own.
    writeAttempt(dir, record(fleet, id, { boot: "another" }));
    const stat = readFileSync(`/proc/${process.pid}/stat`, "utf8");
    writeFileSync(join(dir, "pid"), stat);
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["lost", "done"]);
  });

  it("on another machine: it is left alone until a person says that it is gone, and then done here", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("of another machine", "echo ran >>ran");
    const other = await fleet.task("beside it", "true");
    await claimed(fleet, id);
    const dir = fleet.dir(id);
    mkdirSync(dir, { recursive: true });
    writeAttempt(dir, record(fleet, id, { boot: "another", machine: "4026.0123456789ab.build_7" }));
    await fleet.supervise();
    await fleet.settled(other, "closed");
    expect(fleet.journal()).toContain("was started on host build_7, PID namespace 4026, and is left alone");
    expect(fleet.outcomes(id)).toEqual([undefined]);
    expect((await fleet.run(["kill", id])).stderr).toContain(`fleet kill ${id} there`);
    expect(existsSync(join(dir, "stop.json"))).toBe(false);
    await fleet.ok(["retry", id, "--force"]);
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual([undefined, "done"]);
    expect(await fleet.file("ran")).toBe("ran\n");
  });

  it("in a place that a person declares gone: its remaining processes are ended, and it does not count as a try", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("of a gone place", "echo ran >>ran");
    await claimed(fleet, id);
    const dir = fleet.dir(id);
    mkdirSync(dir, { recursive: true });
    const place = "4026.0123456789ab.build_8";
    writeAttempt(dir, record(fleet, id, { boot: "another", machine: place }));
    const env = { PATH: process.env["PATH"] ?? "", FLEET_HOME: fleet.home, FLEET_ATTEMPT_ID: uuidOf(fleet) };
    await launch({ dir, cwd: fleet.project, command: ["sh", "-c", "sleep 60"], env, stdin: "null" });
    await until("its wrapper", () => readPid(dir).kind === "wrapper");
    declareGone(fleet.home, place, Date.now());
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["interrupted", "done"]);
    expect(fleet.outcome(id)?.reason).toContain("host build_8");
    expect(fleet.tries(id)).toBe(0);
    expect(await fleet.file("ran")).toBe("ran\n");
  });

  it("and its pid was given out again: the other process is left alone", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("of a reused pid", "echo ran >>ran");
    await claimed(fleet, id);
    const dir = fleet.dir(id);
    mkdirSync(dir, { recursive: true });
    writeAttempt(dir, record(fleet, id));
    const fields = readFileSync(`/proc/${process.pid}/stat`, "utf8").split(" ");
    fields[21] = "1";
    writeFileSync(join(dir, "pid"), fields.join(" "));
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["lost", "done"]);
  });

  it("and the attempt's directory was deleted while it lived: it is ended before anything else runs", async () => {
    await using fleet = await Fleet.make();
    const id = await fleet.task("without its directory", waiting(false));
    await fleet.start();
    await until("it runs", () => fleet.ran(id) === "start\n");
    const wrapper = wrapperOf(fleet, id);
    await fleet.killSupervisor();
    rmSync(join(fleet.home, "tasks", id), { recursive: true });
    fleet.configure({ max_attempts: "1" });
    await fleet.supervise();
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["lost"]);
    expect(isAlive(wrapper)).toBe(false);
    expect(fleet.ran(id)).toBe("start\n");
  });
});
