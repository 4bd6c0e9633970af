/** Refs and HEAD of a git directory, read from files that an agent may have written. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { headIn } from "@fleet/kit/git/head-in";
import { refsIn, seenRefs } from "@fleet/kit/git/refs-in";

const A = "a".repeat(40);
const B = "b".repeat(40);

function gitDirOf(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "fleet-refs-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

test("packed refs are read below any directory, and a loose one holds before them", () => {
  const dir = gitDirOf({
    "packed-refs": `# pack-refs with: peeled \n${A} refs/attempts/t/1/branch\n${A} refs/src/heads/main\n^${B}\n`,
    "refs/attempts/t/1/branch": `${B}\n`,
    "refs/attempts/t/1/branch.lock": A,
  });
  expect(refsIn(dir, "refs/attempts/t")).toEqual([{ name: "refs/attempts/t/1/branch", oid: B }]);
  expect(refsIn(dir, "refs/src")).toEqual([{ name: "refs/src/heads/main", oid: A }]);
  expect(refsIn(dir).length).toBe(2);
});

test("names whatever is at the path of a ref and can't be read; a symbolic ref is none", () => {
  const dir = gitDirOf({
    "refs/heads/good": `${A}\n`,
    "refs/heads/half": A.slice(0, 20),
    "refs/heads/empty": "",
    "refs/remotes/origin/HEAD": "ref: refs/remotes/origin/main\n",
  });
  symlinkSync("refs/heads/good", join(dir, "refs/heads/old-style"));
  symlinkSync("/etc/passwd", join(dir, "refs/heads/out"));
  const { refs, unread } = seenRefs(dir);
  expect(refs).toEqual([{ name: "refs/heads/good", oid: A }]);
  expect([...unread].sort()).toEqual([
    "refs/heads/empty (it names no commit)",
    "refs/heads/half (it names no commit)",
    "refs/heads/out (there is a symbolic link in its place)",
  ]);
});

test("of refs that are kept as reftables nothing is said to be read", () => {
  const dir = gitDirOf({ "reftable/tables.list": "x\n", "refs/heads": "this repository uses the reftable format\n" });
  expect(seenRefs(dir).unread).toEqual(["all refs (they are kept as reftables, which are not read)"]);
});

test("HEAD is a commit, a branch without one, or can't be read", () => {
  const seen = (files: Readonly<Record<string, string>>) => {
    const dir = gitDirOf(files);
    return headIn(dir, dir, refsIn(dir));
  };
  expect(seen({ HEAD: `${A}\n` })).toEqual({ kind: "commit", oid: A });
  expect(seen({ HEAD: "ref: refs/heads/m\n", "refs/heads/m": B })).toEqual({ kind: "commit", oid: B });
  const alias = { HEAD: "ref: refs/heads/a\n", "refs/heads/a": "ref: refs/heads/m\n", "refs/heads/m": B };
  expect(seen(alias)).toEqual({ kind: "commit", oid: B });
  expect(seen({ HEAD: "ref: refs/heads/m\n" })).toEqual({ kind: "unborn" });
  expect(seen({ HEAD: "" })).toEqual({ kind: "unread", why: "it names no commit and no branch" });
  expect(seen({ config: "" })).toEqual({ kind: "unread", why: "it is gone" });
  expect(seen({ HEAD: "ref: refs/heads/a\n", "refs/heads/a": "ref: refs/heads/a\n" }).kind).toBe("unread");
  expect(seen({ "HEAD/x": "" })).toEqual({ kind: "unread", why: "there is a directory in its place" });
  const old = gitDirOf({ "refs/heads/m": B });
  symlinkSync("refs/heads/m", join(old, "HEAD"));
  expect(headIn(old, old, refsIn(old))).toEqual({ kind: "commit", oid: B });
});
