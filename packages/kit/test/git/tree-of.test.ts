/** The files of a commit, in a tree of their own. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { readSource } from "@fleet/kit/git/source";
import { treeOf } from "@fleet/kit/git/tree-of";
import { fillTree } from "@fleet/kit/git/tree-parts";

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

it("has the files of submodules, and of LFS what is there, as they are where it is made of; the rest is named", async () => {
  const world = makeWorld();
  const { git, gitIn, write, repo, dir, env } = world;
  const lib = join(dir, "lib");
  mkdirSync(lib);
  gitIn(lib, "init", "-q");
  writeFileSync(join(lib, "inner"), "of the library\n");
  gitIn(lib, "add", ".");
  gitIn(lib, "commit", "-qm", "library");
  git("-c", "protocol.file.allow=always", "submodule", "add", "-q", lib, "lib");
  git("-c", "protocol.file.allow=always", "submodule", "add", "-q", lib, "other");
  const pointer = (content: string) => {
    const oid = createHash("sha256").update(content).digest("hex");
    return { oid, text: `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${content.length}\n` };
  };
  const [here, gone] = [pointer("a picture\n"), pointer("another\n")];
  write(".gitattributes", "*.png filter=lfs\n");
  write("here.png", here.text);
  write("gone.png", gone.text);
  git("add", ".");
  git("commit", "-qm", "parts");
  const object = join(repo, ".git", "lfs", "objects", here.oid.slice(0, 2), here.oid.slice(2, 4));
  mkdirSync(object, { recursive: true });
  writeFileSync(join(object, here.oid), "a picture\n", { mode: 0o444 });
  git("submodule", "deinit", "-q", "-f", "other");
  // What stands there now is not what the commit says.
  writeFileSync(join(repo, "lib", "inner"), "changed since\n");
  const found = await readSource(repo, env);
  if (found.kind !== "source") throw new Error(found.kind);
  const at = join(dir, "tree");
  await treeOf(found.source, { commit: git("rev-parse", "HEAD").trim(), at, env, timeout: 20_000 });
  const allowed = { files: 100, bytes: 1_000 };
  expect(await fillTree(found.source, at, { env, timeout: 20_000, allowed })).toEqual([
    "content of gone.png (LFS)",
    "submodule other: not checked out",
  ]);
  expect(readFileSync(join(at, "lib", "inner"), "utf8")).toBe("of the library\n");
  expect(readFileSync(join(at, "here.png"), "utf8")).toBe("a picture\n");
  expect(readFileSync(join(at, "gone.png"), "utf8")).toBe(gone.text);
  writeFileSync(join(at, "here.png"), "written over\n");
  expect(gitIn(join(at, "lib"), "status", "--porcelain").trim()).toBe("");
  expect(readFileSync(join(object, here.oid), "utf8")).toBe("a picture\n");
});
