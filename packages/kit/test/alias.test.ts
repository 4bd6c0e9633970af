import fs, {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { aliasesMark, aliasOf, isAlias, removeAlias, tidyAliases } from "@fleet/kit/process/alias";

let base: string;
let target: string;
beforeEach(() => {
  base = mkdtempSync(join(realpathSync(tmpdir()), "fleet-alias-"));
  target = join(base, "a long path");
  mkdirSync(target);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const first = (): string => join(base, `at-${process.getuid?.() ?? 0}`);

it("leads to the directory by a path of a directory that only we can enter", () => {
  const path = aliasOf(target, "one", [base]);
  expect(path).toBe(join(first(), "one"));
  expect(realpathSync(path)).toBe(target);
  expect(lstatSync(first()).mode & 0o777).toBe(0o700);
});

it("takes rights away from a directory of ours that others could enter", () => {
  mkdirSync(first());
  chmodSync(first(), 0o777);
  aliasOf(target, "one", [base]);
  expect(lstatSync(first()).mode & 0o777).toBe(0o700);
});

it("goes by another name where the first is a link or a file, and never through it", () => {
  const elsewhere = join(base, "elsewhere");
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, first());
  expect(aliasOf(target, "one", [base])).toBe(join(`${first()}-1`, "one"));
  expect(readdirSync(elsewhere)).toEqual([]);
});

it("is the directory itself where others could rename what is ours", () => {
  chmodSync(base, 0o777);
  expect(aliasOf(target, "one", [base])).toBe(target);
});

it("is made again with its directory, and leads where it is told to now", () => {
  aliasOf(join(base, "before"), "one", [base]);
  rmSync(first(), { recursive: true });
  expect(realpathSync(aliasOf(target, "one", [base]))).toBe(target);
  expect(realpathSync(aliasOf(base, "one", [base]))).toBe(base);
});

it("does not try to make again the directory that is there", () => {
  aliasOf(target, "one", [base]);
  const { mkdirSync: before } = fs;
  const made: string[] = [];
  fs.mkdirSync = (path: fs.PathLike) => void made.push(String(path));
  syncBuiltinESMExports();
  try {
    expect(aliasOf(target, "one", [base])).toBe(join(first(), "one"));
  } finally {
    fs.mkdirSync = before;
    syncBuiltinESMExports();
  }
  expect(made).toEqual([]);
});

it("removes one path, those that lead nowhere, and the directory with the last of them", () => {
  aliasOf(target, "one", [base]);
  aliasOf(target, "two", [base]);
  removeAlias("one", [base]);
  expect(readdirSync(first())).toEqual(["two"]);
  tidyAliases([base]);
  expect(readdirSync(first())).toEqual(["two"]);
  rmSync(target, { recursive: true });
  tidyAliases([base]);
  expect(readdirSync(base)).toEqual([]);
});

it("knows a short path that leads where it should from one that is gone, leads elsewhere, or is none", () => {
  const path = aliasOf(target, "one", [base]);
  expect(isAlias(path, target)).toBe(true);
  expect(isAlias(path, base)).toBe(false);
  expect(isAlias(target, target)).toBe(false);
  rmSync(path);
  expect(isAlias(path, target)).toBe(false);
});

it("has a mark that stays while the paths stay, and changes with each that comes or goes", async () => {
  const none = aliasesMark([base]);
  const path = aliasOf(target, "one", [base]);
  const one = aliasesMark([base]);
  expect(one).not.toBe(none);
  aliasOf(target, "one", [base]);
  expect(aliasesMark([base])).toBe(one);
  // A tick of the disk's clock.
  await new Promise((done) => setTimeout(done, 20));
  rmSync(path);
  expect(aliasesMark([base])).not.toBe(one);
});
