/** Seven settings set by seven processes at once, alone and beside a supervisor. */
import { expect, it } from "vitest";

import { readConfig } from "../../src/settings/file.ts";
import { Fleet } from "../support/fleet.ts";
import { SEVEN } from "./seven.ts";

async function setAll(fleet: Fleet): Promise<void> {
  const set = Object.entries(SEVEN).map(
    async ([key, value]) => await fleet.ok(["config", "set", `${key}=${value}`], { own: true }),
  );
  await Promise.all(set);
}

function expectSeven(fleet: Fleet): void {
  expect(readConfig(fleet.home)).toMatchObject({
    config: {
      max_concurrent: 4,
      poll_interval: 300,
      retry_backoff: 300,
      max_attempts: 4,
      task_timeout: 3 * 3_600_000,
      max_per_cwd: 2,
      default_model: "x",
    },
  });
}

const committed = (fleet: Fleet): string | undefined => {
  const { store } = fleet;
  return store.snapshot().rootEntry("config.yaml")?.oid;
};

it("seven settings set by seven processes at once are all kept, in the file and in the history", async () => {
  await using fleet = await Fleet.make();
  await setAll(fleet);
  expectSeven(fleet);
  const before = committed(fleet);
  await fleet.ok(["config", "set", "max_concurrent=4"]);
  expect(committed(fleet)).toBe(before);
}, 120_000);

it("keeps them while a supervisor applies each version", async () => {
  await using fleet = await Fleet.make();
  await fleet.supervise();
  await setAll(fleet);
  expectSeven(fleet);
}, 120_000);
