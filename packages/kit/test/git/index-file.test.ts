/** The index with what git was told not to look at, taken off by us and read by git itself. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, it } from "vitest";

import { reveal } from "@fleet/kit/git/index-file";

import { makeWorld } from "./support.ts";

const PATHS = ["a", "dir/a-long-name-of-a-file", "dir/a-longer-name-of-a-file", "dir/b", "z"];

it.each([
  ["2", "sha1"],
  ["3", "sha1"],
  ["4", "sha1"],
  ["4", "sha256"],
])("in version %s with %s is what was changed behind its back", (version, format) => {
  const { dir, gitIn } = makeWorld();
  const repo = join(dir, "other");
  mkdirSync(repo);
  const git = (...args: string[]): string => gitIn(repo, ...args);
  git("init", "--quiet", `--object-format=${format}`);
  for (const path of PATHS) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), "one\n");
  }
  git("add", ".");
  git("commit", "--quiet", "-m", "start");
  git("update-index", "--index-version", version === "3" ? "2" : version);
  git("update-index", "--assume-unchanged", "a", "dir/a-longer-name-of-a-file");
  if (version !== "2") git("update-index", "--skip-worktree", "dir/b", "z");
  for (const path of PATHS) writeFileSync(join(repo, path), "another\n");
  const file = join(repo, ".git", "index");
  const index = readFileSync(file);
  expect(index.readUInt32BE(4)).toBe(Number(version));
  const asked: string[] = [];
  const isThere = (path: string): boolean => asked.push(path) > 0 && path !== "z";
  expect(reveal(index, { sha256: format === "sha256", isThere })).toEqual({ kind: "all" });
  expect(asked).toEqual(version === "2" ? [] : ["dir/b", "z"]);
  writeFileSync(file, index);
  const changed = version === "2" ? PATHS : PATHS.filter((path) => path !== "z");
  expect(git("diff", "--name-only").trim().split("\n")).toEqual(changed);
  // Its signature is right.
  expect(git("fsck", "--no-progress")).toBe("");
});

it("is known in part where it is split, and left alone where it is not an index", () => {
  const { repo, git } = makeWorld();
  git("update-index", "--split-index");
  const isThere = (): boolean => true;
  const split = reveal(readFileSync(join(repo, ".git", "index")), { sha256: false, isThere });
  expect(split).toEqual({ kind: "some", why: "its index is split" });
  expect(reveal(Buffer.from("nothing of the kind"), { sha256: false, isThere })).toEqual({ kind: "all" });
  const cut = Buffer.from("DIRC\0\0\0\u0002\0\0\0\u0009");
  expect(reveal(cut, { sha256: false, isThere })).toEqual({ kind: "some", why: "its index is cut off" });
});
