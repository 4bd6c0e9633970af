/** Two places on one home: what runs in the other one is neither judged nor touched from here. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { firstIn, mayContain, mayMount, printedIn, superviseInContainer, withMounts } from "../support/container.ts";
import { readExit } from "../../src/attempts/records/record.ts";
import { Fleet, FLEET } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const WAIT =
  'echo start >>"ran.$FLEET_TASK_ID"; while [ ! -e go ]; do sleep 0.05; done; echo end >>"ran.$FLEET_TASK_ID"';

const WHERE = /on host \S+, PID namespace \d+/;

async function twoInContainer(fleet: Fleet) {
  const ids = [await fleet.task("one", WAIT), await fleet.task("two", WAIT)];
  const container = superviseInContainer(fleet);
  const ended = new Promise((resolve) => container.once("exit", resolve));
  await until("both run there", () => {
    if (container.exitCode !== null) throw new Error(printedIn(fleet));
    return ids.every((id) => fleet.ran(id) === "start\n");
  });
  return { ids, container, ended };
}

// Skipped where no PID namespace can be made.
describe.runIf(mayContain)("a supervisor in another container", { timeout: 120_000 }, () => {
  it("is left alone with its attempts, each of which runs once; when it has left, one here follows", async () => {
    await using fleet = await Fleet.make({ max_concurrent: "2" });
    const { ids, container, ended } = await twoInContainer(fleet);
    const [id = ""] = ids;

    const refused = await fleet.run(["run", "start"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(WHERE);
    expect(refused.stderr).toContain("fleet run start --force");
    const status = (await fleet.run(["run", "status"])).stdout;
    expect(status).toMatch(/^elsewhere +pid \d+ on host \S+, PID namespace \d+/);
    expect(status).toMatch(new RegExp(`^elsewhere +${id} runs on host \\S+, PID namespace \\d+`, "m"));
    const third = await fleet.task("three", "true");
    expect(await fleet.ok(["explain", third])).toMatch(
      /max_concurrent 2 is reached \(\S+ on host \S+, PID namespace \d+, \S+ on host/,
    );
    for (const args of [
      ["run", "stop"],
      ["run", "restart"],
      ["kill", id],
      ["retry", id],
    ]) {
      const { code, stderr } = await fleet.run(args);
      expect({ args, ok: code === 0, where: WHERE.test(stderr) }).toEqual({ args, ok: false, where: true });
    }
    const rows: unknown = JSON.parse(await fleet.ok(["tasks", "--json"])).tasks;
    expect(rows).toEqual(
      expect.arrayContaining(ids.map((one) => expect.objectContaining({ id: one, state: "running" }))),
    );
    expect(await fleet.ok(["tasks"])).toMatch(WHERE);
    expect(JSON.stringify(rows)).not.toContain("dead");

    fleet.write("go");
    for (const one of ids) await fleet.settled(one, "closed");
    expect(ids.map((one) => fleet.ran(one))).toEqual(["start\nend\n", "start\nend\n"]);
    expect(ids.map((one) => fleet.outcomes(one))).toEqual([["done"], ["done"]]);

    process.kill(firstIn(container), "SIGTERM");
    await ended;
    expect(await fleet.ok(["run", "start"])).toContain("Supervisor started");
  });

  it("that was killed with its container holds up a start until a person says that it is gone; its attempts do not count as tries", async () => {
    await using fleet = await Fleet.make();
    const { ids, container, ended } = await twoInContainer(fleet);
    container.kill("SIGKILL");
    await ended;
    await until("nothing of it lives", () => fleet.processes().length === 0);
    expect((await fleet.run(["run", "start"])).stderr).toMatch(WHERE);
    expect((await fleet.run(["doctor"])).stdout).toMatch(WHERE);
    const later = await fleet.task("three", "true");
    const explained = async (id: string): Promise<unknown> => JSON.parse(await fleet.ok(["explain", id, "--json"]));
    const why = { kind: "supervised-elsewhere", where: expect.stringMatching(WHERE) };
    expect(await explained(later)).toMatchObject({ state: "ready", why, commands: [] });
    const [one = ""] = ids;
    const commands = [`fleet task ${one} log -f`];
    expect(await explained(one)).toMatchObject({ state: "running", liveness: { kind: "elsewhere" }, commands });
    fleet.write("go");
    const forced = await fleet.run(["run", "start", "--force"]);
    expect(forced).toMatchObject({ code: 0 });
    expect(forced.stderr).toMatch(/^Taken for gone: host /);
    for (const one of ids) await fleet.settled(one, "closed");
    expect(ids.map((one) => fleet.outcomes(one))).toEqual([
      ["interrupted", "done"],
      ["interrupted", "done"],
    ]);
    // It was no fault of theirs.
    expect(ids.map((one) => fleet.tries(one))).toEqual([0, 0]);
  });
});

const HIDE_AND_SHOW = `
"$0" "$1" run foreground & it=$!
until [ -e blind ]; do sleep 0.05; done; mount -t tmpfs none /proc
until [ -e seeing ]; do sleep 0.05; done; umount /proc
wait $it
`;

// Skipped where no mount namespace can be made.
describe.runIf(mayMount)("a process table that can't be read", () => {
  it(
    "loses nothing and starts nothing, is logged once, and everything continues when it is back",
    { timeout: 120_000 },
    async () => {
      await using fleet = await Fleet.make();
      const ids = [await fleet.task("one", WAIT), await fleet.task("two", WAIT)];
      withMounts(fleet, HIDE_AND_SHOW, [process.execPath, FLEET]);
      await until("both run", () => ids.every((id) => fleet.ran(id) === "start\n"));
      writeFileSync(join(fleet.home, "blind"), "");
      await until("it is said", () => fleet.journal().includes("the process table can't be read"));
      const later = await fleet.task("three", "true");
      fleet.write("go");
      await until("both have ended", () => ids.every((id) => readExit(fleet.dir(id)) !== undefined));
      const before = fleet.journal();
      writeFileSync(join(fleet.home, "seeing"), "");
      for (const id of [...ids, later]) await fleet.settled(id, "closed");
      expect(ids.map((id) => fleet.ran(id))).toEqual(["start\nend\n", "start\nend\n"]);
      expect([...ids, later].map((id) => fleet.outcomes(id))).toEqual([["done"], ["done"], ["done"]]);
      const events = fleet
        .journal()
        .slice(before.indexOf('"event":"trouble"'))
        .match(/"event":"\w+"/g);
      expect(events?.slice(0, 2)).toEqual(['"event":"trouble"', '"event":"mended"']);
      expect(fleet.journal().split('"event":"trouble"')).toHaveLength(2);
    },
  );
});
