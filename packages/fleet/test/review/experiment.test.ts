/** What an experiment is refused for, before anything is made. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";

import { Store } from "@fleet/store/store";

import { withinBudget } from "../../src/engine/shell/start/experiment-budget.ts";
import { Fleet } from "../support/fleet.ts";
import { ROBOT } from "../support/robot.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.make({}, ROBOT);
  execFileSync("git", ["init", "-q"], { cwd: fleet.project, env: fleet.env });
  execFileSync("git", ["commit", "-q", "--allow-empty", "-m", "first"], { cwd: fleet.project, env: fleet.env });
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

it.each([
  [["--with", "claude"], "two tasks at least"],
  [["--with", "claude", "--with", "codx"], "did you mean codex?"],
  [["--with", "claude:", "--with", "codex"], "names no model"],
  [["--with", "claude", "--with", "shell", "-d", "Fix the login, please"], 'there is no program "Fix"'],
  [["--with", "claude", "--with", "shell", "-d", "if then"], "no script that sh can read"],
  [["--with", "robot", "--with", "shell", "-d", "true", "--max-cost", "3"], "does not report its cost"],
  [["--with", "claude", "--with", "codex", "--repeat", "0"], "--repeat takes a number from 1 to 20"],
])("%j is refused: %s", async (args, why) => {
  const { code, stderr } = await fleet.run(["experiment", "X", ...args]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(why);
});

it("a budget is the experiment's, and an attempt begins with a part of what is left of it", async () => {
  const args = ["experiment", "X", "--with", "claude", "--repeat", "4", "--max-cost", "6", "--json"];
  const { id: epic, tasks } = JSON.parse(await fleet.ok(args));
  const issue = fleet.issue(tasks[0].id);
  const store = new Store(fleet.home);
  const within = (spent: number): unknown =>
    withinBudget({ home: fleet.home, store }, issue, { ok: true, limits: { turns: 9 } }, { tokens: 0, usd: spent });
  expect(issue.metadata).not.toHaveProperty("limits");
  expect(within(0)).toEqual({ ok: true, limits: { turns: 9, usd: 1.5 } });
  expect(within(2)).toMatchObject({ limits: { usd: 3 } });
  expect(() => within(6)).toThrow(`fleet bd update ${epic} --max-cost`);
  await fleet.ok(["bd", "update", epic, "--max-cost", "14"]);
  expect(within(6)).toMatchObject({ limits: { usd: 8 } });
});
