/** What lands is as the repository stores it: by its filters, with its LFS objects, and without repositories that nobody knows. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import type { LandEnd, Landing } from "../../src/landing/land.ts";
import { type Field, makeField } from "./support.ts";

/** Stores upper case as lower case, as git-crypt stores what is secret as what is not; what is stored already stays as it is. */
function withFilter({ git, write }: Field): void {
  git("checkout", "-q", "main");
  write(".gitattributes", "*.sec filter=low\n");
  write("old.sec", "old\n");
  git("add", "-A");
  git("commit", "-qm", "attributes");
  git("checkout", "-q", "mine");
  git("config", "filter.low.clean", "tr A-Z a-z");
  git("config", "filter.low.smudge", "tr a-z A-Z");
  git("config", "filter.low.required", "true");
}

/** All of it, with what was left uncommitted. */
async function landFiles(field: Field, task: string, change: Partial<Landing> = {}): Promise<LandEnd> {
  const { depot } = await field.landing(task);
  const head = field.gitIn(depot, "rev-parse", `refs/attempts/${task}/1/snapshot`);
  return await field.land(task, { head, ...change });
}

test("files that were left uncommitted land as the filters of the repository store them", async () => {
  const field = makeField();
  withFilter(field);
  const { git, gitIn, work } = field;
  const { dir } = await work("t-1", { a: "1\n", "committed.sec": "COMMITTED\n" });
  // Past the filter, as somebody commits who has no program for it.
  gitIn(dir, "config", "filter.low.clean", "cat");
  await work("t-1", { "raw.sec": "RAW\n" });
  writeFileSync(join(dir, "left.sec"), "LEFT\n");
  writeFileSync(join(dir, "left"), "LEFT\n");
  expect(await landFiles(field, "t-1")).toMatchObject({ kind: "landed" });
  const landed = (path: string): string => git("show", `main:${path}`);
  expect(["committed.sec", "raw.sec", "left.sec", "old.sec", "left"].map(landed)).toEqual([
    "committed",
    "raw",
    "left",
    "old",
    "LEFT",
  ]);
  git("checkout", "-q", "main");
  expect(readFileSync(join(field.repo, "left.sec"), "utf8")).toBe("LEFT\n");
  expect(git("status", "--porcelain")).toBe("");
});

test("a repository that an agent made inside is no link on the target, and its place is named", async () => {
  const field = makeField();
  const { git, gitIn, work } = field;
  const { dir } = await work("t-1", { a: "1\n" });
  gitIn(dir, "init", "-q", "vendor/inner");
  writeFileSync(join(dir, "vendor/inner/x"), "x\n");
  gitIn(join(dir, "vendor/inner"), "add", "-A");
  gitIn(join(dir, "vendor/inner"), "commit", "-qm", "inner");
  await work("t-1", { b: "2\n" });
  expect(await field.land("t-1")).toEqual({ kind: "stray", paths: ["vendor/inner"] });
  expect(git("log", "--format=%s", "main")).toBe("two\none");
  // With .gitmodules it is a submodule.
  await work("t-1", { ".gitmodules": '[submodule "inner"]\n\tpath = vendor/inner\n\turl = ../inner\n' });
  expect(await field.land("t-1")).toMatchObject({ kind: "landed" });
});

test("LFS objects come from the depot to where the person has them, each only where it is what its name says", async () => {
  const field = makeField();
  const { dir, git, work, repo } = field;
  git("config", "lfs.storage", join(dir, "elsewhere"));
  const { depot } = await work("t-1", { a: "1\n" });
  const oid = createHash("sha256").update("large").digest("hex");
  const lie = `abcd${"0".repeat(60)}`;
  const placeOf = (top: string, name: string): string => join(top, name.slice(0, 2), name.slice(2, 4), name);
  for (const [name, text] of [
    [oid, "large"],
    [lie, "other"],
  ] as const) {
    const path = placeOf(join(depot, "taken-lfs/t-1"), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(await field.land("t-1")).toMatchObject({ kind: "landed" });
  expect(readFileSync(placeOf(join(dir, "elsewhere/objects"), oid), "utf8")).toBe("large");
  expect(existsSync(placeOf(join(dir, "elsewhere/objects"), lie))).toBe(false);
  expect(existsSync(join(repo, ".git/lfs"))).toBe(false);
});
