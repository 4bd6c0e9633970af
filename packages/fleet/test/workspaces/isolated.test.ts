/** A task that works in a clone of its directory, from claim to close. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { readTaken } from "../../src/attempts/records/taken.ts";
import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { Fleet } from "../support/fleet.ts";
import { SHAPES } from "../support/shapes.ts";
import { pictureOf } from "./support.ts";

test("a task with --isolate clone commits in its own clone; the person's repository stays as it is", async () => {
  await using fleet = await Fleet.make();
  const { project, home } = fleet;
  const git = (dir: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: dir, env: fleet.env, encoding: "utf8" }).trim();
  git(project, "init", "-q");
  mkdirSync(join(project, "api"));
  writeFileSync(join(project, "api/a"), "a\n");
  git(project, "add", "-A");
  git(project, "commit", "-qm", "first");
  writeFileSync(join(project, "api/a"), "of the person\n");
  const before = pictureOf(project);
  const script = [
    "echo b > b && git add b && git commit -qm work && echo left > left",
    "echo $FLEET_PROJECT $FLEET_PORT_BASE $GIT_CEILING_DIRECTORIES",
    "cat a; pwd",
  ].join("\n");
  const create = ["bd", "create", "work", "-d", script, "--isolate", "clone", "--check", "test -f b", "--silent"];
  const made = await fleet.run(create, { cwd: join(project, "api") });
  expect(made.stderr).toBe(
    `⚠ 1 file of ${project}/api not committed: not in the clone, which begins at the last commit\n`,
  );
  const id = made.stdout.trim();
  await fleet.supervise();
  await fleet.settled(id, "closed");
  const dir = join(home, "work", id);
  expect(await fleet.ok(["task", id, "path"])).toBe(`${dir}/api\n`);
  expect(git(dir, "log", "--format=%s", "HEAD")).toBe("work\nfirst");
  expect(git(dir, "show", "--name-only", "--format=", "HEAD")).toBe("api/b");
  expect(pictureOf(project)).toEqual(before);
  expect(await fleet.ok(["task", id, "log", "--raw"])).toBe(`${project} 10000 ${home}/work\na\n${dir}/api\n`);
  expect(SHAPES["path"]?.safeParse(JSON.parse(await fleet.ok(["task", id, "path", "--json"]))).success).toBe(true);
  const shown = await fleet.ok(["task", id]);
  expect(shown).toContain(`workspace  ${dir}\n`);
  expect(shown).toMatch(/branch +fleet\/tt-\w+, from main at [0-9a-f]{10}\n/);
  const [attempt] = attemptsOf(home, id);
  const taken = readTaken(attempt?.dir ?? "");
  expect(taken).toMatchObject({ kind: "taken", tip: git(dir, "rev-parse", "HEAD"), left: [] });
  const depot = taken?.kind === "taken" ? taken.depot : "";
  expect(git(depot, "show", `refs/attempts/${id}/1/snapshot:api/left`)).toBe("left");
  expect(readFileSync(join(dir, ".git/config"), "utf8")).not.toContain(project);
  expect(await fleet.ok(["task", id, "diff", "--name-only"])).toBe("api/b\napi/left\n");
  expect(await fleet.ok(["task", id, "diff", "--stat"])).toContain("2 files changed, 2 insertions(+)");
  rmSync(dir, { recursive: true });
  expect(await fleet.ok(["task", id, "diff"])).toContain("+++ b/api/left\n");
  expect(await fleet.ok(["checkout", id, "--branch", "reviewed"])).toContain(`Branch reviewed is at`);
  expect(git(project, "log", "--format=%s", "reviewed")).toBe("work\nfirst");
  expect(git(project, "branch", "--show-current")).toBe("main");
  expect((await fleet.run(["checkout", id, "--branch", "a..b"])).stderr).toContain("no name of a branch: a..b");
  expect(existsSync(join(project, "api/b"))).toBe(false);
});

test("a task whose clone can't be made is not tried, and says why and what changes it", async () => {
  await using fleet = await Fleet.make({ isolate: "clone" });
  const asked = await fleet.run(["bd", "create", "work", "--isolate", "clone"]);
  expect(asked.stderr).toContain(`--isolate clone: ${fleet.project} is in no git repository`);
  expect((await fleet.run(["bd", "create", "work", "--isolate", "box"])).stderr).toContain("choose from none, clone");
  const id = await fleet.task("work", "true");
  await fleet.supervise();
  const issue = await fleet.settled(id, "blocked");
  expect(JSON.stringify(issue.metadata)).toContain("is in no git repository, so no clone can be made of it");
});
