/** A supervisor that is started from inside an attempt has nothing of that attempt's. */
import { expect, it } from "vitest";

import { supervisorEnvironment } from "../../src/app/supervisor-environment.ts";

const PERSONS = { PATH: "/bin", WORK_KEY: "the person's own", CLAUDE_CODE_SSE_PORT: "1" };
const INSIDE = {
  PATH: "/home/.fleet/bin:/bin",
  FLEET_ATTEMPT_ID: "u",
  FLEET_TASK_ID: "t",
  FLEET_SECRETS: "WORK_KEY OTHER",
  WORK_KEY: "s3cret",
  OTHER: "s3cret",
  TMPDIR: "/attempts/1/scratch",
  GH_TOKEN: "t",
};

it("from a person's shell it has what the shell has", () => {
  expect(supervisorEnvironment(PERSONS, { PATH: "/old" })).toEqual(PERSONS);
});

it("from inside it goes on with what its predecessor had", () => {
  expect(supervisorEnvironment(INSIDE, PERSONS)).toEqual(PERSONS);
});

it("from inside, and where that can't be told, without what marks the attempt and without its account's secrets", () => {
  expect(supervisorEnvironment(INSIDE, undefined)).toEqual({ PATH: INSIDE.PATH, GH_TOKEN: "t" });
});

it("a predecessor that had secrets of an attempt hands them on no more", () => {
  const before = { ...PERSONS, FLEET_SECRETS: "WORK_KEY" };
  expect(supervisorEnvironment(INSIDE, before)).toEqual({ PATH: "/bin", CLAUDE_CODE_SSE_PORT: "1" });
});
