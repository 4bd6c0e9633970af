/** `base: needs`, where the work that a task began with is given up. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

import { landingOf } from "@fleet/store/claims";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

test("what was begun with work that was given up is a person's to decide", async () => {
  await using fleet = await Fleet.make({ land: "manual", isolate: "clone", base: "needs" });
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: fleet.project, env: fleet.env, encoding: "utf8" }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  const lower = await fleet.task("Lower", "echo 1 > a; git add a; git commit -qm a");
  const upper = await fleet.task("Upper", "echo 2 >> a && git commit -qam b", { needs: [lower] });
  await fleet.supervise();
  await until("both to wait for their landing", () =>
    [lower, upper].every((id) => landingOf(fleet.issue(id)) !== undefined),
  );
  await fleet.ok(["bd", "close", lower, "--force", "--reason", "not wanted"]);
  expect((await fleet.run(["land", upper])).stderr).toContain(`begun with the work of ${lower}, which was given up`);
  expect(fleet.issue(upper)).toMatchObject({ status: "blocked" });
  expect(git("log", "--format=%s", "main")).toBe("first");
});
