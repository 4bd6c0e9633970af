/** `config set` by many at once, and beside a person's editor: every setting stays. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { readConfig } from "../../src/settings/file.ts";
import { Fleet } from "../support/fleet.ts";
import { SEVEN } from "./seven.ts";

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
