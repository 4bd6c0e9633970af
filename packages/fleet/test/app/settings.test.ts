/** By which settings commands go while config.yaml is invalid, and in a home that only just comes to be. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";

import { Fleet } from "../support/fleet.ts";

const BROKEN = "max_concurrent: [\n";

it("an invalid file changes nothing: what was accepted before it is what every command goes by, and says so", async () => {
  await using fleet = await Fleet.make({}, "accounts:\n  work: { coder: claude, max: 2 }\n");
  await fleet.ok(["config", "set", "max_concurrent=5", "default_coder=codex"]);
  const id = await fleet.task("a task", "words");
  writeFileSync(join(fleet.home, "config.yaml"), BROKEN);
  const { stdout } = await fleet.run(["run", "status", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    max_concurrent: 5,
    config_problems: [expect.stringContaining("config.yaml:")],
  });
  expect(JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks).toMatchObject([{ id, coder: "codex" }]);
  const accounts = await fleet.run(["accounts"]);
  expect(accounts.stdout).toContain("work");
  expect(accounts.stderr).toContain("config.yaml is invalid; still using the previous settings: ");
  expect(await fleet.ok(["pause", "work"])).toContain("Paused work");
  expect(await fleet.ok(["gc"])).toContain("Nothing to delete.");
  expect(await fleet.ok(["gc", "--dry-run"])).toContain("Nothing to delete.");
  expect(await fleet.run(["gc", "--dry-run", "--yes"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--yes and --dry-run exclude each other"),
  });
});

it("where nothing was accepted before an invalid file, no default is shown as a setting, and nothing is deleted by one", async () => {
  await using fleet = await Fleet.make();
  writeFileSync(join(fleet.home, "config.yaml"), BROKEN);
  const { stdout } = await fleet.run(["run", "status", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ max_concurrent: null });
  const { code, stderr } = await fleet.run(["gc", "--yes"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("no settings were in force before it")]);
});

it("config set makes a home where there is none, as any first write; a wrong word makes nothing", async () => {
  await using fleet = await Fleet.make();
  rmSync(fleet.home, { recursive: true });
  expect((await fleet.run(["config", "set", "max_concurrent"])).code).toBe(2);
  expect((await fleet.run(["tasks"])).stderr).toContain("there is no fleet home");
  const { code, stderr } = await fleet.run(["config", "set", "max_concurrent=7", "default_coder=shell"]);
  expect([code, stderr]).toEqual([0, `Created the home ${fleet.home}.\n`]);
  const shown = z.looseObject({ max_concurrent: z.number() });
  expect(shown.parse(JSON.parse(await fleet.ok(["config", "show", "--json"]))).max_concurrent).toBe(7);
});

it("what people do is in the feed, with who did it", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("a task", "words");
  await fleet.ok(["pause"]);
  await fleet.ok(["resume"]);
  await fleet.ok(["config", "set", "max_concurrent=7"]);
  await fleet.ok(["retry", id]);
  const lines = (await fleet.ok(["log", "--json"])).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(
    ["pause", "resume", "set", "retry"].map((event) => ({ event, by: expect.any(String), attempt: null })),
  );
});

it("config show --effective prints a task's settings and where each was set, in units that people write", async () => {
  await using fleet = await Fleet.make({ max_attempts: "4" });
  fleet.configure({ max_attempts: "4" }, `projects:\n  ${fleet.project}: { limits: { timeout: 20m }, log_cap: 2MB }\n`);
  const id = await fleet.task("a task", "words", { metadata: { checks: ["npm test"] } });
  const view = z
    .object({ id: z.string(), problems: z.array(z.string()), settings: z.array(z.looseObject({ name: z.string() })) })
    .parse(JSON.parse(await fleet.ok(["config", "show", "--effective", id, "--json"])));
  const of = (name: string): unknown => view.settings.find((row) => row.name === name);
  expect(of("coder")).toEqual({ name: "coder", value: "shell", from: "fleet", of: null, at: "default_coder" });
  expect(of("limits.timeout")).toMatchObject({ value: "20m", from: "project", of: fleet.project });
  expect(of("log_cap")).toMatchObject({ value: "2MB", from: "project" });
  expect(of("max_attempts")).toMatchObject({ value: 4, from: "fleet", at: "max_attempts" });
  expect(of("checks")).toMatchObject({ value: ["npm test"], from: "task", at: "metadata.checks" });
  const shown = await fleet.ok(["config", "show", "--effective", id]);
  expect(shown).toMatch(/^limits\.timeout +20m +project /m);
  expect(shown).toMatch(/^model +\(none\) +default$/m);
});
