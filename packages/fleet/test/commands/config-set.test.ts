/** `config set` by many at once, and beside a person's editor: every setting stays. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { readConfig } from "../../src/settings/file.ts";
import { Fleet } from "../support/fleet.ts";

const SEVEN = {
  max_concurrent: "4",
  poll_interval: "300ms",
  retry_backoff: "300ms",
  max_attempts: "4",
  task_timeout: "3h",
  max_per_cwd: "2",
  default_model: "x",
};

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

it("they are kept beside a supervisor that takes each version up", async () => {
  await using fleet = await Fleet.make();
  await fleet.supervise();
  await setAll(fleet);
  expectSeven(fleet);
}, 120_000);

it("seven keys set by seven bd config set at once are all kept", async () => {
  await using fleet = await Fleet.make();
  const keys = Object.keys(SEVEN).map((key) => `own.${key}`);
  await Promise.all(keys.map(async (key) => await fleet.ok(["bd", "config", "set", key, "1"], { own: true })));
  const config: unknown = JSON.parse(await fleet.ok(["bd", "config", "list", "--json"]));
  expect(config).toMatchObject(Object.fromEntries(keys.map((key) => [key, "1"])));
}, 120_000);

it("what a person has saved stays, and is a version of its own", async () => {
  await using fleet = await Fleet.make();
  await fleet.ok(["config", "set", "max_concurrent=4"]);
  const file = join(fleet.home, "config.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}# mine\nmax_attempts: 7\n`);
  await fleet.ok(["config", "set", "max_per_cwd=2"]);
  expect(readConfig(fleet.home)).toMatchObject({ config: { max_concurrent: 4, max_attempts: 7, max_per_cwd: 2 } });
  expect(readFileSync(file, "utf8")).toContain("# mine");
}, 120_000);
