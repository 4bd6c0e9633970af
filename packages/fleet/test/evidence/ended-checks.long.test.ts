/** Checks that end with their supervisor, and are run again by the next one. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { Fleet, processesWith } from "../support/fleet.ts";
import { until } from "../support/until.ts";

it("a supervisor that is killed with the check: the check is run again", async () => {
  await using other = await Fleet.make();
  await other.start();
  const id = await other.task("is proven late", "true", {
    metadata: { checks: ["echo x >>begun; until [ -e let-go ]; do sleep 0.05; done"] },
  });
  await other.file("begun");
  await other.killSupervisor();
  const uuid = String(JSON.parse(readFileSync(join(other.dir(id), "attempt.json"), "utf8")).uuid);
  // One of them may end with another, before it is its turn.
  const pids = processesWith("FLEET_CHECK_ID", uuid).map(String);
  spawnSync("kill", ["-KILL", ...pids]);
  other.write("let-go");
  await other.supervise();
  await other.settled(id, "closed");
  expect(await other.file("begun")).toBe("x\nx\n");
  expect(readReceipt(other.dir(id))?.checks).toMatchObject([{ verdict: "passed", runs: 2 }]);
});

it("a supervisor that is stopped leaves no check running; the next one proves the claim", async () => {
  await using other = await Fleet.make({ shutdown_grace: "100ms" });
  await other.start();
  const id = await other.task("is proven later", "true", {
    metadata: { checks: ["echo x >>begun; until [ -e let-go ]; do sleep 0.05; done"] },
  });
  await other.file("begun");
  await other.ok(["run", "stop"]);
  // What was killed may still have to be reaped by init.
  await until("no check is left", () => other.processes().length === 0);
  expect(other.issue(id).status).toBe("in_progress");
  other.write("let-go");
  await other.supervise();
  await other.settled(id, "closed");
});
