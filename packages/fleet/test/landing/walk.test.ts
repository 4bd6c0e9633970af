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

test("with land: manual a task closes once it is on its target, and not before", async () => {
  await using fleet = await Fleet.make({ land: "manual", isolate: "clone" });
  const { project } = fleet;
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: project, env: fleet.env, encoding: "utf8" }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  git("checkout", "-q", "-b", "mine");
  const id = await fleet.task("Add b", "echo b > b", { metadata: { target: "main" } });
  await fleet.supervise();
  const other = await fleet.task("Add c", "echo c > c", { metadata: { target: "main" } });
  await fleet.settled(other, "in_progress");
  const waits = await fleet.settled(id, "in_progress");
  expect(JSON.stringify(waits.metadata)).toContain('"landing"');
  expect(JSON.parse(await fleet.ok(["explain", id, "--json"]))).toMatchObject({ commands: [`fleet land ${id}`] });
  expect(git("log", "--format=%s", "main")).toBe("first");
  expect(await fleet.ok(["land", id])).toContain("landed on main");
  expect(fleet.issue(id)).toMatchObject({ status: "closed" });
  expect(git("log", "--format=%s %an", "main")).toMatch(/^Add b /);
  // Taken into a person's hands it is work again, which nothing of before says is done.
  await fleet.ok(["pause"]);
  await fleet.ok(["bd", "reopen", other]);
  await fleet.ok(["bd", "update", other, "--claim"]);
  expect(JSON.stringify(fleet.issue(other).metadata)).not.toContain('"landing"');
  expect((await fleet.run(["land", other])).stderr).toContain(`${other} is not done: it is in_progress`);
});
