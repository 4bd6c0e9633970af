/** What create says of the task it made: who will work on it, where, by which checks; and what of that is no place for an agent. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Store } from "@fleet/store/store";

import { initialized } from "./world.ts";

test("says coder, directory and checks, those of the project too", async () => {
  using world = await initialized();
  world.file(".git/HEAD", "ref: refs/heads/main\n");
  world.file(
    ".fleet/config.yaml",
    `default_coder: claude\nprojects: {${JSON.stringify(world.dir)}: {checks: [make]}}\n`,
  );
  const plain = await world.bd(["create", "A"]);
  expect(plain.stdout).toMatch(
    new RegExp(`\n {2}Coder: claude \\(default\\)\n {2}Directory: ${world.dir}\n {2}Checks: make\n$`),
  );
  expect(plain.stderr).toBe("");
  const named = await world.bd(["create", "B", "--coder", "codex", "--model", "m", "--check", "a", "--check", "b c"]);
  expect(named.stdout).toContain("\n  Coder: codex/m\n");
  expect(named.stdout).toContain("\n  Checks: a; b c\n");
  const epic = await world.bd(["create", "C", "-t", "epic"]);
  expect(epic.stdout).not.toContain("Coder:");
});

test("a coder that the project chose is not called the default", async () => {
  using world = await initialized();
  const project = JSON.stringify(world.dir);
  world.file(".fleet/config.yaml", `default_coder: claude\nprojects: {${project}: {coder: codex}}\n`);
  const { stdout } = await world.bd(["create", "A"]);
  expect(stdout).toContain(`\n  Coder: codex (of the project ${world.dir})\n`);
  const id = /tt-\w+/.exec(stdout)?.[0] ?? "";
  expect((await world.bd(["show", id])).stdout).toContain(`codex (of the project ${world.dir})`);
});

test("warns of the root, the home directory, and where no git is; not of a script", async () => {
  using world = await initialized();
  const warned = async (...args: string[]): Promise<string> => (await world.bd(["create", "A", ...args])).stderr;
  expect(await warned("--cwd", "/")).toMatch(/^⚠ It will run in \/, .*: fleet update tt-\w+ --cwd DIR\n$/);
  expect(await warned("--cwd", world.home)).toContain("your home directory");
  expect(await warned()).toContain(`⚠ ${world.dir} is in no git repository`);
  expect(await warned("--coder", "shell")).toBe("");
  // Programs are told what is known without a look at the settings.
  expect(await warned("--json", "--cwd", "/")).toContain("the root of this machine");
  expect(await warned("--silent")).toBe("");
  mkdirSync(join(world.dir, "deep"));
  writeFileSync(join(world.dir, ".git"), "gitdir: elsewhere\n");
  expect(await warned("--cwd", "deep")).toBe("");
});

test("a title without quotes makes no task: the whole line is shown with quotes", async () => {
  using world = await initialized();
  const refused = await world.bd([
    "create",
    "fix",
    "the",
    "user's",
    "login",
    "-p",
    "1",
    "--deps",
    "a,b",
    "--check",
    "npm test",
  ]);
  expect(refused).toMatchObject({ exit: 1, stdout: "" });
  expect(refused.stderr).toBe(
    String.raw`Error: several words need quotes
Hint: fleet create 'fix the user'\''s login' --priority 1 --check 'npm test' --deps a --deps b
`,
  );
  expect(new Store(world.fleetHome).snapshot().all()).toEqual([]);
});
