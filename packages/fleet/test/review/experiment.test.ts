/** What an experiment is refused for, before anything is made. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";

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
