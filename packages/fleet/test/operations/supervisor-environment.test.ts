/** A supervisor has nothing of an attempt's in its environment. */
import { expect, it } from "vitest";

import { supervisorEnvironment } from "../../src/app/supervisor-environment.ts";

it("a supervisor has what the shell has, without an attempt's marks and its account's secrets", () => {
  const shell = { PATH: "/bin", GH_TOKEN: "t" };
  expect(supervisorEnvironment(shell)).toEqual(shell);
  const marks = { FLEET_ATTEMPT_ID: "u", FLEET_TASK_ID: "t", BEADS_ACTOR: "claude/1" };
  const secrets = { FLEET_SECRETS: "WORK_KEY OTHER", WORK_KEY: "s3cret", OTHER: "s3cret" };
  expect(supervisorEnvironment({ ...shell, ...marks, ...secrets })).toEqual(shell);
  // What marks it may have been removed, and the secrets not.
  expect(supervisorEnvironment({ ...shell, ...secrets })).toEqual(shell);
});
