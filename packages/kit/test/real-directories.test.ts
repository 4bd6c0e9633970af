/** Where directories really are, for a command that can't wait for all of them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { realDirectory } from "../src/process/real-directory.ts";
import { realDirectoriesNow, realDirectoriesSoon } from "../src/process/real-directories.ts";

/** A sh whose `cd` gets no answer in directories of that name. */
const SILENT = `#!/bin/sh
cd() {
  case $3 in */silent) exec sleep 30 ;; esac
  command cd "$@"
}
shift
script=$1
shift 2
eval "$script"
`;

function place(): (name: string) => string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-real-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return (name) => join(root, name);
}

test("finds directories behind their links; leaves other paths as they are", () => {
  const at = place();
  mkdirSync(at("a dir\n"));
  symlinkSync(at("a dir\n"), at("link"));
  writeFileSync(at("file"), "");
  const found = realDirectoriesNow([at("link"), at("file"), at("none"), at("link"), at("a dir\n")]);
  const alone = (path: string) => ({ real: path, tree: path });
  expect(Object.fromEntries(found)).toEqual({
    [at("link")]: alone(at("a dir\n")),
    [at("a dir\n")]: alone(at("a dir\n")),
    [at("file")]: alone(at("file")),
    [at("none")]: alone(at("none")),
  });
});

test("finds the working tree of git that a directory is in, a linked one and one inside another, too", async () => {
  const at = place();
  for (const name of ["repo/.git", "repo/a b/c", "repo/none/.git", "repo/inner/.git", "repo/linked/d"])
    mkdirSync(at(name), { recursive: true });
  for (const name of ["repo/.git/HEAD", "repo/inner/.git/HEAD", "repo/linked/.git"]) writeFileSync(at(name), "");
  const trees = { repo: "repo", "repo/a b/c": "repo", "repo/none": "repo", "repo/inner": "repo/inner" };
  for (const [dir, tree] of Object.entries({ ...trees, "repo/linked/d": "repo/linked" })) {
    expect(realDirectoriesNow([at(dir)]).get(at(dir))).toEqual({ real: at(dir), tree: at(tree) });
    expect(await realDirectory(at(dir))).toEqual({ kind: "directory", path: at(dir), tree: at(tree) });
  }
});

test("asked beside, the same is found, and whoever asked has other things done while one is silent", async () => {
  const at = place();
  for (const name of ["first", "silent", "last"]) mkdirSync(at(name));
  writeFileSync(at("file"), "");
  writeFileSync(at("sh"), SILENT, { mode: 0o755 });
  const known = [at("first"), at("file"), at("none"), at("last")];
  expect(await realDirectoriesSoon(known)).toEqual(realDirectoriesNow(known));
  expect(await realDirectoriesSoon([at("first")], at("no such sh"))).toEqual(realDirectoriesNow([at("first")]));
  let turns = 0;
  const ticking = setInterval(() => turns++, 50);
  const found = await realDirectoriesSoon([at("first"), at("silent"), at("last")], at("sh"));
  clearInterval(ticking);
  expect([...found.keys()]).toEqual([at("first"), at("last")]);
  expect(turns).toBeGreaterThan(3);
});

test("a directory without an answer is left out, in two seconds, and the others are found all the same", () => {
  const at = place();
  for (const name of ["first", "silent", "last"]) mkdirSync(at(name));
  writeFileSync(at("sh"), SILENT, { mode: 0o755 });
  const begun = performance.now();
  const found = realDirectoriesNow([at("first"), at("silent"), at("last")], at("sh"));
  expect([...found.keys()]).toEqual([at("first"), at("last")]);
  expect(performance.now() - begun).toBeLessThan(4_000);
});

test("leaves paths as they are where the system refuses the process at once, as one with too long arguments", async () => {
  const long = `/${"a".repeat(200_000)}`;
  expect([...(await realDirectoriesSoon([long]))]).toEqual([[long, { real: long, tree: long }]]);
  expect([...realDirectoriesNow([long])]).toEqual([[long, { real: long, tree: long }]]);
});
