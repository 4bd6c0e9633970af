/** What checks run in, and what is left of them. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { startDetached } from "@fleet/kit/process/detached";
import { encodeId, ownId } from "@fleet/kit/process/id";
import { expect, test } from "vitest";

import { LANDING_MARK } from "../../src/landing/marked.ts";
import { recoverAll } from "../../src/landing/recover.ts";
import { landingDir } from "../../src/workspaces/paths.ts";
import { isAlive } from "../support/living.ts";
import { makeField } from "./support.ts";

test("a check whose directory became a link out of the tree is not run there", async () => {
  const field = makeField();
  const { dir, git, gitIn, work } = field;
  const { dir: top } = await work("t-1", { a: "1\n" });
  mkdirSync(join(dir, "outside"));
  gitIn(top, "rm", "-rq", "packages/api");
  symlinkSync(join(dir, "outside"), join(top, "packages"));
  await work("t-1", { b: "2\n" });
  const { checking } = field.checked(`touch ${dir}/outside/ran`);
  expect(await field.land("t-1", { checking: { ...checking, below: "packages" } })).toMatchObject({
    kind: "red",
    how: expect.stringContaining("packages"),
  });
  expect(existsSync(join(dir, "outside/ran"))).toBe(false);
  expect(git("log", "--format=%s", "main")).toBe("two\none");
});

test("checks run where the setup of the project was run, which is done once for each candidate", async () => {
  const field = makeField();
  const { dir, work, write, git } = field;
  write(".gitignore", "deps/\n*.log\n.env\n");
  write(".worktreeinclude", ".env\n");
  write(".env", "secret\n");
  await work("t-1", { a: "1\n", ".gitignore": "deps/\n*.log\n.env\n" });
  const setUp = { command: `echo x >> ${dir}/setups && mkdir deps && touch deps/one`, timeout: 10_000, below: "" };
  const first = "test -e deps/one -a -e .env && touch left.log left";
  const { checking } = field.checked(first, "test -e deps/one -a -e .env -a ! -e left.log -a ! -e left");
  expect(await field.land("t-1", { checking: { ...checking, setUp } })).toMatchObject({ kind: "landed" });
  expect(readFileSync(join(dir, "setups"), "utf8")).toBe("x\n");
  expect(git("show", "--name-only", "--format=", "main")).toBe(".gitignore\na");
});

test("a check that puts a link to the person's repository in the place of the tree's own harms nothing there", async () => {
  const field = makeField();
  const { repo, git, work, write } = field;
  await work("t-1", { a: "1\n" });
  write("notes", "mine\n");
  const before = git("status", "--porcelain", "--branch");
  const harmful = `rm -rf .git && ln -s ${repo}/.git .git`;
  await expect(field.land("t-1", field.checked(harmful, "true"))).rejects.toThrow("replaced a part of the tree");
  expect(git("status", "--porcelain", "--branch")).toBe(before);
  expect(git("log", "--format=%s", "main")).toBe("two\none");
  // It is made anew.
  expect(await field.land("t-1", field.checked("test -d .git -a ! -L .git"))).toMatchObject({ kind: "landed" });
});

test("a check that outlived its lander is ended before anything is done in its tree", async () => {
  const field = makeField();
  const { dir, home, env, work, repo } = field;
  await work("t-1", { a: "1\n" });
  const tree = landingDir(home, join(repo, ".git"));
  const said = join(dir, "said");
  const orphan = await startDetached({
    file: "/bin/sh",
    args: ["-c", "sleep 300 & echo $! $$; wait"],
    cwd: "/",
    env: { PATH: env["PATH"] ?? "", [LANDING_MARK]: tree },
    stdout: said,
    stderr: said,
  });
  while (!/\d+ \d+\n/.test(readFileSync(said, "utf8"))) await new Promise((resolve) => setTimeout(resolve, 5));
  // As a dead lander's: a process of our number that began at another time.
  writeFileSync(`${tree}.lock`, `${encodeId({ ...ownId(), start: "1" })}\n`);
  await recoverAll({ home, env });
  const [child = ""] = readFileSync(said, "utf8").split(" ");
  expect([Number(child), orphan.pid].map(isAlive)).toEqual([false, false]);
});
