/** What create says and writes down of a task that is to work in a clone. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { settingValue } from "@fleet/store/task-settings";
import { expect, test } from "vitest";

import { Fleet } from "../support/fleet.ts";

const repositoryIn = ({ project, env }: Fleet): ((...args: string[]) => string) => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: project, env, encoding: "utf8" }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  return git;
};

const NOT_COMMITTED = (dir: string): string =>
  `⚠ 1 file of ${dir} not committed: not in the clone, which begins at the last commit\n`;

test("a task in a clone by a setting has the branch that is checked out as its target", async () => {
  await using fleet = await Fleet.make({ isolate: "clone" });
  const { project } = fleet;
  const git = repositoryIn(fleet);
  const create = async (...args: string[]) => {
    const { stdout, stderr, code } = await fleet.run(["bd", "create", "work", "--silent", ...args]);
    const issue = fleet.store.snapshot().issue(stdout.trim());
    const said = (name: "target" | "changes") => (issue === undefined ? undefined : settingValue(issue, name));
    return { code, stderr, target: said("target"), changes: said("changes") };
  };
  fleet.write("new");
  expect(await create()).toMatchObject({ stderr: NOT_COMMITTED(project), target: "main" });
  const kept = await create("--with-changes");
  expect(kept.stderr).toBe(`⚠ 1 file of ${project} not committed: the work begins with them as they are now\n`);
  expect(kept.changes).toMatch(/^[0-9a-f]{40}$/);
  expect(await create("-t", "epic")).toMatchObject({ stderr: "", target: undefined });
  expect((await create("--isolate", "none", "--with-changes")).stderr).toContain("--isolate clone");
  git("checkout", "-q", "--detach");
  expect(await create("--with-changes")).toMatchObject({ code: 0, target: undefined });
});

test("creating a task that can't start yet says why", async () => {
  await using fleet = await Fleet.make({ isolate: "clone", land: "manual" });
  const create = async (...args: string[]) => (await fleet.run(["bd", "create", "work", "--silent", ...args])).stderr;
  expect(await create()).toContain("⚠ it waits: ");
  expect(await create("--with-changes")).toContain("is in no git repository");
  const git = repositoryIn(fleet);
  expect(await create()).toBe("");
  expect(await create("--target", "next")).toContain(`⚠ it waits: ${fleet.project} has no branch next`);
  expect(await create("--base", "fresh")).toContain("⚠ it waits: main of");
  git("checkout", "-q", "--detach");
  expect(await create()).toContain("⚠ it waits: the branch that its work is for is not known");
});

test("a task that gets a clone later shows the same", async () => {
  await using fleet = await Fleet.make({ land: "manual" });
  repositoryIn(fleet);
  fleet.write("new");
  const id = await fleet.task("work", "true");
  const update = async (...args: string[]) => (await fleet.run(["bd", "update", id, ...args])).stderr;
  expect(await update("-p", "1")).toBe("");
  expect(await update("--isolate", "clone")).toBe(NOT_COMMITTED(fleet.project));
  expect(await update("--target", "next")).toContain(`⚠ it waits: ${fleet.project} has no branch next`);
  expect(await update("--isolate", "none")).toBe("");
});

test("a home that is made with its first task takes one for a clone", async () => {
  await using fleet = await Fleet.make();
  repositoryIn(fleet);
  const env = { FLEET_HOME: join(fleet.root, "made", "home") };
  const made = await fleet.run(["bd", "create", "work", "--isolate", "clone", "--silent"], { env });
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S+\n$/) });
});
