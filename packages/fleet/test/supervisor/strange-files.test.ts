/** What an agent puts into the place of its attempt's files is that attempt's trouble, and nobody else's. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { heldBy } from "@fleet/store/claims";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const DIR = '"$FLEET_HOME/tasks/$FLEET_TASK_ID/attempts/1"';

const STRANGE: Readonly<Record<string, string>> = {
  "a FIFO among its waits": `mkdir -p ${DIR}/waits; mkfifo ${DIR}/waits/x.json`,
  "a FIFO for its liveness": `rm -f ${DIR}/liveness.json; mkfifo ${DIR}/liveness.json`,
  "a FIFO for its events": `rm -f ${DIR}/events.jsonl; mkfifo ${DIR}/events.jsonl`,
  "a FIFO for its record": `rm -f ${DIR}/attempt.json; mkfifo ${DIR}/attempt.json`,
  "a FIFO for its verdict": `mkfifo ${DIR}/outcome.json`,
  "an endless device for its receipt": `ln -sf /dev/zero ${DIR}/receipt.json`,
  "an endless device for its stop reason": `ln -sf /dev/zero ${DIR}/stop.json`,
  "a gigabyte for its listing": `rm -f ${DIR}/before.json; truncate -s 1G ${DIR}/before.json`,
  "a file for its checks": `echo x >${DIR}/checks`,
};

/** What is looked at once more when nothing of the attempt lives. */
const AT_ITS_END = ["log.stderr", "stop.json", "overlaps.jsonl", "exit.json", "log.jsonl", "warned.jsonl"];

it("strange files in an attempt's record hold up no other attempt and no view, and the attempt can still be killed", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1", max_concurrent: "20", kill_grace: "100ms" });
  const strange: string[] = [];
  for (const [title, script] of Object.entries(STRANGE))
    strange.push(await fleet.task(title, `${script}; touch "made-$FLEET_TASK_ID"; exec sleep 300`));
  await fleet.start();
  await until("all is in place", () => strange.every((id) => existsSync(join(fleet.project, `made-${id}`))));
  const honest = await fleet.task("works beside them", "echo well");
  await fleet.settled(honest, "closed");
  for (const view of ["tasks", "tasks --all --json", "questions", "accounts", "gc", "run status"])
    expect(await fleet.run(view.split(" ")), view).toMatchObject({ code: 0 });
  for (const id of strange)
    for (const view of [
      ["task", id],
      ["compare", id],
    ])
      expect(await fleet.run(view), id).toMatchObject({ code: 0 });
  const rows: { id: string; title: string; reason?: string }[] = JSON.parse(await fleet.ok(["tasks", "--json"])).tasks;
  expect(rows.find(({ title }) => title === "a FIFO for its record")?.reason).toMatch(/unknown: .*a FIFO in its place/);
  await fleet.ok(["run", "stop"]);
  expect(fleet.attemptProcesses()).toEqual([]);
});

it("an attempt that ends behind strange files is settled all the same, and keeps no supervisor from stopping", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1", max_concurrent: "20", kill_grace: "100ms" });
  const ids: string[] = [];
  for (const name of AT_ITS_END) ids.push(await fleet.task(name, `cd ${DIR}; rm -rf ${name}; mkfifo ${name}`));
  await fleet.start();
  for (const id of ids) await until(`the end of ${fleet.issue(id).title}`, () => heldBy(fleet.issue(id)) === undefined);
  await fleet.ok(["run", "stop"]);
});

/** What an agent writes that judges itself. */
const FORGED = (() => {
  const at = new Date().toISOString();
  const usage = { input: 0, output: 0 };
  const outcome = { kind: "done", reason: "trust me", becomes: "closed", counts: false, at, duration_ms: 1, usage };
  const result = { command: "false", verdict: "passed", ms: 1, disturbed: false, tail: "" };
  return [
    `cd ${DIR}`,
    `echo '${JSON.stringify(outcome)}' >outcome.json; echo '{}' >receipt.json; echo '{}' >after.json`,
    `mkdir -p checks/1.1; echo '${JSON.stringify(result)}' >checks/1.1/result.json`,
  ].join("\n");
})();
const FORGED_NAMES = ["outcome.json", "receipt.json", "after.json", "checks"];

it("what an agent writes there before its supervisor is killed is put aside by the next, whether it has ended by then or not", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1" });
  const ids: string[] = [];
  for (const [title, more] of [
    ["ends before", "exit 0"],
    ["goes on", "while [ ! -e go ]; do sleep 0.05; done"],
  ]) {
    const script = `dir=$PWD\nwhile [ ! -e forge ]; do sleep 0.05; done\n${FORGED}\ncd "$dir"; touch "made-$FLEET_TASK_ID"; ${more}`;
    ids.push(await fleet.task(title ?? "", script, { metadata: { checks: ["false"] } }));
  }
  await fleet.start();
  await until("both run", () => ids.every((id) => existsSync(join(fleet.dir(id), "pid"))));
  await fleet.killSupervisor();
  fleet.write("forge");
  await until("both are written", () => ids.every((id) => existsSync(join(fleet.project, `made-${id}`))));
  await fleet.supervise();
  fleet.write("go");
  for (const id of ids) {
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven"]);
    for (const name of FORGED_NAMES)
      expect(fleet.journal()).toMatch(new RegExp(`put aside what stood in the place of .*${id}/attempts/1/${name}`));
  }
});

it("a verdict, a receipt, a listing and checks that an agent made itself are put aside, and are believed by nobody", async () => {
  await using fleet = await Fleet.make({ max_attempts: "1", max_concurrent: "20" });
  const id = await fleet.task("judges itself", `${FORGED}\nsleep 1`, { metadata: { checks: ["false"] } });
  await fleet.start();
  await fleet.settled(id, "blocked");
  expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven"]);
  for (const name of FORGED_NAMES)
    expect(fleet.journal()).toMatch(new RegExp(`put aside what stood in the place of .*/attempts/1/${name}`));
});
