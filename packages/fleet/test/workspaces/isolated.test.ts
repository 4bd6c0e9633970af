/** A task that works in a clone of its directory, from claim to close. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { readTaken } from "../../src/attempts/records/taken.ts";
import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { readWorkspace } from "../../src/workspaces/record.ts";
import { SHAPES } from "../support/shapes.ts";
import { pictureOf } from "./support.ts";
import { repositoryIn } from "./small-repository.ts";

test("a task with --isolate clone commits in its own clone; the person's repository stays as it is", async () => {
  await using fleet = await Fleet.make();
  const { project, home } = fleet;
  const git = (dir: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: dir, env: fleet.env, encoding: "utf8" }).trim();
  git(project, "init", "-q");
  mkdirSync(join(project, "api"));
  writeFileSync(join(project, "api/a"), "a\n");
  writeFileSync(join(project, ".gitignore"), ".env\n");
  writeFileSync(join(project, ".worktreeinclude"), ".env\n");
  git(project, "add", "-A");
  git(project, "commit", "-qm", "first");
  writeFileSync(join(project, ".env"), "secret\n");
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
  expect(shown).toMatch(new RegExp(`copied +\\.env from ${project}\\n`));
  expect(shown).toMatch(/ports +10000-10019\n/);
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
  expect(git(project, "log", "--format=%s", "reviewed")).toBe(`${id}, attempt 1: the files at its end\nwork\nfirst`);
  expect(git(project, "branch", "--show-current")).toBe("main");
  expect((await fleet.run(["checkout", id, "--branch", "a..b"])).stderr).toContain("no name of a branch: a..b");
  expect(existsSync(join(project, "api/b"))).toBe(false);
});

test("the setup of a project runs once in each workspace, before its first attempt", async () => {
  await using fleet = await Fleet.make({ isolate: "clone" });
  repositoryIn(fleet);
  const setup = "echo $FLEET_PROJECT $FLEET_PORT_BASE; pwd; mkdir lib; echo made > lib/made";
  fleet.configure(
    { isolate: "clone" },
    `projects: { ${JSON.stringify(fleet.project)}: { setup: ${JSON.stringify(setup)} } }\n`,
  );
  const id = await fleet.task("work", "cat lib/made; test -e again || { touch again; exit 1; }");
  await fleet.supervise();
  await fleet.attempted(id, 2);
  const { dir, setup: done } = readWorkspace(fleet.home, id) ?? {};
  expect(done).toMatchObject({ command: setup, output: join(fleet.dir(id), "setup/1.1/log.jsonl") });
  expect(readFileSync(done?.output ?? "", "utf8")).toBe(`${fleet.project} 10000\n${dir}\n`);
  expect(existsSync(join(fleet.dir(id, 2), "setup"))).toBe(false);
  expect(await fleet.ok(["task", id])).toContain(`output: ${done?.output}`);
  // Put back to how it was before its second attempt; one that is at work is not.
  writeFileSync(join(dir ?? "", "lib/made"), "changed\n");
  expect(await fleet.ok(["task", id, "restore", "--before", "2"])).toMatch(/^fleet\/tt-\w+ is at [0-9a-f]{10} in .*\n/);
  expect(readFileSync(join(dir ?? "", "lib/made"), "utf8")).toBe("made\n");
  const codex = join(fleet.root, "bin/codex");
  mkdirSync(join(fleet.root, "bin"));
  writeFileSync(codex, "#!/bin/sh\ntouch on\nwhile [ ! -e go ]; do sleep 0.05; done\n", { mode: 0o755 });
  mkdirSync(join(fleet.root, "user/.codex"));
  writeFileSync(
    join(fleet.root, "user/.codex/config.toml"),
    `[projects.${JSON.stringify(fleet.project)}]\ntrust_level = "trusted"\n`,
  );
  const path = `${join(fleet.root, "bin")}:${fleet.env["PATH"] ?? ""}`;
  const busy = await fleet.task("busy", "Wait.", { coder: "codex", metadata: { path } });
  await until("it works", () => existsSync(join(fleet.home, "work", busy, "on")));
  expect(await fleet.ok(["task", busy])).toMatch(new RegExp(`as in +${fleet.project}: trust of its coder\n`));
  const refused = await fleet.run(["task", busy, "restore", "--before", "1"]);
  expect(refused.stderr).toContain(`attempt 1 of ${busy} is at work in it`);
  writeFileSync(join(fleet.home, "work", busy, "go"), "");
});
