/** Eight children whose supervisor was killed: their wrappers with it, or while they ended. */
import { describe, expect, it } from "vitest";

import { readExit } from "../../src/attempts/records/record.ts";
import { Fleet, isAlive } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { EIGHT, waiting, eightRunning, wrapperOf } from "./eight.ts";

describe.concurrent("a supervisor killed with SIGKILL while eight children run", () => {
  it(
    "and their wrappers with it: the coders are watched on, none runs twice, all finish",
    { timeout: 120_000 },
    async () => {
      await using fleet = await Fleet.make();
      const ids = await eightRunning(fleet, true);
      await fleet.killSupervisor();
      const wrappers = ids.map((id) => wrapperOf(fleet, id));
      for (const pid of wrappers) process.kill(pid, "SIGKILL");
      await until("the wrappers' death", () => !wrappers.some(isAlive));
      await fleet.supervise();
      await until("eight orphans seen", () => fleet.journal().split("the coder lives on").length - 1 === 8);
      fleet.write("go");
      for (const id of ids) await fleet.settled(id, "closed");
      expect(ids.map((id) => fleet.ran(id))).toEqual(EIGHT.map(() => "start\nend\n"));
      expect(ids.map((id) => fleet.outcomes(id))).toEqual(EIGHT.map(() => ["done"]));
    },
  );

  it("while they ended meanwhile: each is settled by its exit record", { timeout: 120_000 }, async () => {
    await using fleet = await Fleet.make({ max_attempts: "1" });
    const good = await fleet.task("ends well", waiting(false));
    const bad = await fleet.task("ends badly", `${waiting(false)}\nexit 3`);
    await fleet.start();
    await until("two that run", () => [good, bad].every((id) => fleet.ran(id) === "start\n"));
    await fleet.killSupervisor();
    fleet.write("go");
    await until("their ends", () => [good, bad].every((id) => readExit(fleet.dir(id)) !== undefined));
    await fleet.supervise();
    await fleet.settled(good, "closed");
    await fleet.settled(bad, "blocked");
    expect(fleet.outcome(bad)).toMatchObject({ kind: "failed", exit_code: 3 });
  });
});
