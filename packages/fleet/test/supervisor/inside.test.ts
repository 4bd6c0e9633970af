/** An agent and what is not its to decide: refused with words, and the task continues as it was asked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { TASK_SETTINGS } from "@fleet/store/task-settings";

import { livenessSettings } from "../../src/settings/liveness-schema.ts";
import { Fleet } from "../support/fleet.ts";
import { ROBOT } from "../support/robot.ts";
import { tries } from "./tries.ts";

const answers = (fleet: Fleet): string[] => readFileSync(join(fleet.project, "answers"), "utf8").trim().split("\n");

describe.concurrent("an agent", () => {
  it("can't put its own task back, take it off, or soften what is asked of it", async () => {
    await using fleet = await Fleet.make({ max_attempts: "2" });
    const own = '"$FLEET_TASK_ID"';
    const script = tries(
      `fleet bd update ${own} --status open`,
      `fleet bd reopen ${own}`,
      `fleet bd defer ${own} --until +1h`,
      `fleet bd delete ${own} --force`,
      `fleet bd update ${own} --check '' --timeout none`,
      `fleet bd update ${own} --set-metadata allow=x --unset-metadata checks`,
      `fleet bd update ${own} --set-metadata found=it`,
    );
    const id = await fleet.task("tries", script, {
      metadata: { checks: ["test -e proof"], limits: { timeout: "1h" } },
    });
    await fleet.supervise();
    await fleet.settled(id, "blocked");
    expect(fleet.outcomes(id)).toEqual(["claimed-done-unproven", "claimed-done-unproven"]);
    const [open, reopen, defer, remove, check, metadata, own_] = answers(fleet);
    expect(open).toMatch(/^1 .*may not put back \(open\) its own task/);
    expect(reopen).toMatch(/^1 .*may not put back/);
    expect(defer).toMatch(/^1 .*may not put back \(deferred\)/);
    expect(remove).toMatch(/^1 .*holds it/);
    expect(check).toMatch(/^1 .*may not change the requirements/);
    expect(metadata).toMatch(/^1 .*may not change the requirements/);
    expect(own_).toMatch(/^0 /);
    expect(fleet.issue(id).metadata).toMatchObject({
      checks: ["test -e proof"],
      limits: { timeout: "1h" },
      found: "it",
    });
  });

  it("can't do the person's part: answer, retry, kill, pause, resume, set, stop", async () => {
    await using fleet = await Fleet.make({ max_attempts: "1" });
    const failed = await fleet.task("failed", "exit 3");
    await fleet.supervise();
    await fleet.settled(failed, "blocked");
    const commands = [
      `answer ${failed} yes`,
      `retry ${failed}`,
      `kill ${failed}`,
      "pause",
      "resume",
      "drain",
      "config set max_attempts=99",
      "run stop",
      "gc --yes",
      "shim install",
    ];
    const id = await fleet.task(
      "decides",
      tries(...commands.map((line) => `fleet ${line}`), "fleet tasks", "fleet config show"),
    );
    await fleet.settled(id, "closed");
    const said = answers(fleet);
    expect(said.slice(0, -2)).toEqual(
      commands.map((line) => expect.stringMatching(`^1 Error: fleet ${line.split(" ")[0] ?? ""}.* is for the person`)),
    );
    expect(said.slice(-2).map((line) => line[0])).toEqual(["0", "0"]);
    expect(fleet.issue(failed).status).toBe("blocked");
    expect(readFileSync(join(fleet.home, "config.yaml"), "utf8")).toContain("max_attempts: 1\n");
  });

  it("that reopens what it closed too early continues, and its later close counts", async () => {
    await using fleet = await Fleet.make({}, ROBOT, { finishGrace: 5_000 });
    const own = '"$FLEET_TASK_ID"';
    const id = await fleet.task(
      "closes twice",
      `fleet bd close ${own} --reason early; fleet bd reopen ${own}; touch more; fleet bd close ${own} --reason late`,
    );
    await fleet.supervise();
    await fleet.settled(id, "closed");
    expect(fleet.issue(id).close_reason).toBe("late");
    expect(fleet.outcomes(id)).toEqual(["done"]);
  });
});

it("every threshold that a task may set is among what its attempt may not", () => {
  const own = Object.keys(livenessSettings.shape).filter((name) => name !== "coders");
  expect(own.filter((name) => !TASK_SETTINGS.has(name))).toEqual([]);
});
