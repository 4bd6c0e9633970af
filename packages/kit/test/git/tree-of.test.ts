/** The files of a commit, in a tree of their own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { readSource } from "@fleet/kit/git/source";
import { treeOf } from "@fleet/kit/git/tree-of";

import { makeWorld, type World } from "./support.ts";

async function tree({ env, dir, gitIn }: World, from: string, commit: string | undefined) {
  const found = await readSource(from, env);
  if (found.kind !== "source") throw new Error(found.kind);
  const at = join(dir, "tree");
  expect(await treeOf(found.source, { commit, at, env, timeout: 20_000 })).toMatchObject({ kind: "ok" });
  return { at, git: (...args: string[]) => gitIn(at, ...args).trim() };
}

it("has what was committed, not what is there; commits in it and runs no program of the repository", async () => {
  const world = makeWorld();
  const { git, write, repo, canary } = world;
  write(".gitattributes", "f filter=x\n");
  git("add", ".");
  git("commit", "-qm", "a filter");
  git("config", "filter.x.smudge", canary);
  git("config", "core.hooksPath", join(world.dir, "hooks"));
  const commit = git("rev-parse", "HEAD").trim();
  write("later", "new\n");
  world.forget();
  const made = await tree(world, repo, commit);
  expect(existsSync(join(made.at, "f"))).toBe(true);
  expect(existsSync(join(made.at, "later"))).toBe(false);
  expect(made.git("status", "--porcelain")).toBe("");
  made.git("commit", "-q", "--allow-empty", "-m", "in the tree");
  expect(made.git("log", "--format=%s", "-2")).toBe("in the tree\na filter");
  expect(git("rev-parse", "HEAD").trim()).toBe(commit);
  expect(world.wasRun()).toBe(false);
});

it("is made of a linked working tree, and of what is before the first commit", async () => {
  const world = makeWorld();
  const linked = join(world.dir, "linked");
  world.git("worktree", "add", "-q", linked);
  const made = await tree(world, linked, world.git("rev-parse", "HEAD").trim());
  expect(readFileSync(join(made.at, "f"), "utf8")).toBe(readFileSync(join(linked, "f"), "utf8"));
  const other = makeWorld();
  const empty = await tree(other, other.repo, undefined);
  expect(empty.git("status", "--porcelain")).toBe("");
  expect(existsSync(join(empty.at, "f"))).toBe(false);
});
