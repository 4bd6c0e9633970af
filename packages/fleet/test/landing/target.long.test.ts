/** What becomes of the branch that work is for, while it is built and checked. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { branchMover } from "../../src/landing/branch-mover.ts";
import { land } from "../../src/landing/land.ts";
import { readLanding } from "../../src/landing/record.ts";
import { makeField } from "./support.ts";

test("what was sent back while its checks ran is not landed", async () => {
  const field = makeField();
  const { git, work, lander } = field;
  await work("t-1", { a: "1\n" });
  const why = { why: "t-1 is not done: it is open", mend: "fleet explain t-1" };
  expect(await land(lander, await field.landing("t-1"), async () => await Promise.resolve(why))).toEqual({
    kind: "withdrawn",
    ...why,
  });
  expect(git("log", "--format=%s", "main")).toBe("two\none");
  expect(git("for-each-ref", "refs/fleet")).toBe("");
  expect(readLanding(field.home, "t-1").intents).toEqual([]);
});

test("a commit of the person's while the checks run has them run again on what the target is then", async () => {
  const field = makeField();
  const { git, work, dir, repo } = field;
  await work("t-1", { a: "1\n" });
  const commit = `git -C ${repo} commit-tree -p main -m meanwhile 'main^{tree}'`;
  const once = `[ -e ${dir}/done ] || { git -C ${repo} update-ref refs/heads/main $(${commit}); touch ${dir}/done; }`;
  // It adds no file, so that the tree is the same: the checks of that have passed.
  const check = `echo x >> ${dir}/runs; ${once}`;
  expect(await field.land("t-1", field.checked(check))).toMatchObject({ kind: "landed" });
  expect(git("log", "--format=%s", "main")).toBe("Do t-1\nmeanwhile\ntwo\none");
  expect(git("status", "--porcelain")).toBe("");
});

test("a commit that makes the work red while its checks run keeps it out", async () => {
  const field = makeField();
  const { git, work, dir, repo, write } = field;
  git("checkout", "-q", "-b", "next", "main");
  write("b", "1\n");
  git("add", "-A");
  git("commit", "-qm", "b");
  git("checkout", "-q", "mine");
  await work("t-1", { a: "1\n" });
  const once = `[ -e ${dir}/done ] || { git -C ${repo} update-ref refs/heads/main next; touch ${dir}/done; }`;
  expect(await field.land("t-1", field.checked(`test ! -e b || exit 3; ${once}`))).toMatchObject({
    kind: "red",
    how: "exit 3",
    tip: git("rev-parse", "next"),
  });
  expect(git("log", "-1", "--format=%s", "main")).toBe("b");
});

test("a deleted target is reported with the commit at which it could be made again, and lands once it is there", async () => {
  const field = makeField();
  const { git, work } = field;
  const { base } = await work("t-1", { a: "1\n" });
  git("branch", "-qD", "main");
  expect(await field.land("t-1")).toMatchObject({
    kind: "wait",
    why: expect.stringContaining("no branch main"),
    mend: expect.stringContaining(`branch main ${base}`),
  });
  git("branch", "main", base);
  expect(await field.land("t-1")).toMatchObject({ kind: "landed" });
});

test("lands on the branch that a symbolic target leads to, with the checkout of that", async () => {
  const field = makeField(branchMover);
  const { git, work } = field;
  await work("t-1", { a: "1\n" });
  git("branch", "-q", "-m", "main", "trunk");
  git("checkout", "-q", "trunk");
  git("symbolic-ref", "refs/heads/main", "refs/heads/trunk");
  expect(await field.land("t-1")).toMatchObject({ kind: "landed" });
  expect(git("log", "-1", "--format=%s", "trunk")).toBe("Do t-1");
  expect(git("symbolic-ref", "refs/heads/main")).toBe("refs/heads/trunk");
  expect(git("status", "--porcelain")).toBe("");
});

test("a target that was rewritten, and one that lost the base, get the work alone", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { a: "1\n" });
  git("checkout", "-q", "main");
  git("commit", "-q", "--amend", "-m", "two, in other words");
  git("checkout", "-q", "mine");
  expect(await field.land("t-1")).toMatchObject({ kind: "landed" });
  expect(git("log", "--format=%s", "main")).toBe("Do t-1\ntwo, in other words\none");
  expect(git("show", "--name-only", "--format=", "main")).toBe("a");
});

test("what was on the target and was taken off there is not landed again by itself", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { a: "1\n" });
  expect(await field.land("t-1")).toMatchObject({ kind: "landed" });
  const commit = git("rev-parse", "main");
  git("branch", "-qf", "main", "main~1");
  expect(await field.land("t-1")).toEqual({ kind: "taken-off", commit });
  expect(git("log", "--format=%s", "main")).toBe("two\none");
});

test("a locked branch is waited for, and named", async () => {
  const field = makeField(branchMover);
  const { work, repo } = field;
  await work("t-1", { a: "1\n" });
  const lock = join(repo, ".git/refs/heads/main.lock");
  writeFileSync(lock, "");
  expect(await field.land("t-1")).toMatchObject({ kind: "wait", why: expect.stringContaining(lock) });
});
