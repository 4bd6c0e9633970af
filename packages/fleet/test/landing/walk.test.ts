/** A task that works in a clone, from claim to its target. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { Fleet } from "../support/fleet.ts";

test("the work of a closed task lands once, in the checkout of its target, with what was left uncommitted", async () => {
  await using fleet = await Fleet.make();
  const { project } = fleet;
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: project, env: fleet.env, encoding: "utf8" }).trim();
  git("init", "-q");
  writeFileSync(join(project, "a"), "a\n");
  git("add", "-A");
  git("commit", "-qm", "first");
  const script = "echo b > b && git add b && git commit -qm work && echo left > left";
  const id = (
    await fleet.ok(["bd", "create", "Add b", "-d", script, "--isolate", "clone", "--check", "test -f b", "--silent"])
  ).trim();
  expect((await fleet.run(["land", id])).stderr).toContain("there is nothing to land");
  await fleet.supervise();
  await fleet.settled(id, "closed");
  writeFileSync(join(project, "a"), "of the person\n");
  expect(await fleet.ok(["land", id])).toMatch(
    new RegExp(`^${id} landed on main of ${project} as [0-9a-f]{10}: Add b\n$`),
  );
  expect(git("log", "--format=%s", "main")).toBe("Add b\nfirst");
  expect(git("show", "--name-only", "--format=", "main")).toBe("b\nleft");
  expect(git("status", "--porcelain")).toBe("M a");
  expect(await fleet.ok(["land", id])).toContain(`${id} is on main of`);
  expect(git("log", "--format=%s", "main")).toBe("Add b\nfirst");
  expect(await fleet.ok(["log"])).toContain(`landed on main of ${project} as`);
});
