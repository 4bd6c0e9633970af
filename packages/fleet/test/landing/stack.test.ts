/** `base: needs`: a task begins with what is accepted of another, and lands after it. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

import { landingOf } from "@fleet/store/claims";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

test("a task starts on accepted work that has not landed, is not ready to bd, and lands after it", async () => {
  await using fleet = await Fleet.make({ land: "manual", isolate: "clone", base: "needs" });
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: fleet.project, env: fleet.env, encoding: "utf8" }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  const lower = await fleet.task("Lower", "echo 1 > a; git add a; git commit -qm a");
  const upper = await fleet.task("Upper", "grep -q 1 a && echo 2 >> a && git commit -qam b", { needs: [lower] });
  await fleet.supervise();
  const waits = async (id: string): Promise<boolean> =>
    await until(`${id} to wait for its landing`, () => landingOf(fleet.issue(id)) !== undefined);
  await waits(lower);
  await waits(upper);
  expect(await fleet.ok(["bd", "ready", "--json"])).toBe("[]\n");
  expect(await fleet.ok(["log"])).toContain(`it begins with the work of ${lower}, which has not landed yet`);
  expect((await fleet.run(["land", upper])).stderr).toContain(`${upper} needs ${lower}, which is not over`);
  expect(await fleet.ok(["land"])).toMatch(new RegExp(`^${lower} landed .*\n${upper} landed`));
  expect(git("log", "--format=%s", "main").split("\n")).toEqual(["Upper", "Lower", "first"]);
  expect(git("show", "--format=", "--name-only", "main")).toBe("a");
  expect(git("show", "main:a")).toBe("1\n2");
});
