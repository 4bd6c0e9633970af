/** What lands of a task where its work, the target and other tasks have moved on. */
import { expect, test } from "vitest";

import { readLanding, voided, writeLanding } from "../../src/landing/record.ts";
import { endOf, makeField } from "./support.ts";

test("undone and landed again it is there once more", async () => {
  const field = makeField();
  const { git, work, home } = field;
  await work("t-1", { a: "1\n" });
  await field.land("t-1");
  git("checkout", "-q", "main");
  git("revert", "--no-edit", "HEAD");
  git("checkout", "-q", "mine");
  const { landed: _taken, ...undone } = voided(readLanding(home, "t-1"), "2027-01-01T00:00:00Z");
  writeLanding(home, "t-1", undone);
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(git("show", "main:a")).toBe("1");
});

test("work that the target has already, or that a person merged and took back, is not landed", async () => {
  const field = makeField();
  const { git, work } = field;
  const { dir } = await work("t-1", { a: "1\n" });
  git("fetch", "-q", dir, "fleet/t-1");
  git("checkout", "-q", "main");
  git("merge", "-q", "--no-ff", "--no-edit", "FETCH_HEAD");
  expect(await endOf(field, "t-1")).toBe("nothing-new");
  git("revert", "--no-edit", "-m", "1", "HEAD");
  expect(await endOf(field, "t-1")).toBe("nothing-new");
});

test("two tasks that are green alone and red together: the second stays out, with what the check printed", async () => {
  const field = makeField();
  const { git, work, env } = field;
  await work("t-1", { a: "1\n" });
  await work("t-2", { b: "2\n" });
  const checking = { commands: ["test ! -e a -o ! -e b || { echo both; exit 3; }"], timeout: 9000, below: "", env };
  expect(await field.land("t-1", { checking })).toMatchObject({ kind: "landed" });
  expect(await field.land("t-2", { checking })).toMatchObject({ kind: "red", how: "exit 3", output: "both\n" });
  expect(git("log", "--format=%s", "main")).toBe("Do t-1\ntwo\none");
});

test("commits of the person's that the work began at and the target has not are not brought along", async () => {
  const field = makeField();
  const { git, work, write } = field;
  git("branch", "published", "main");
  git("checkout", "-q", "main");
  write("own", "unpublished\n");
  git("add", "-A");
  git("commit", "-qm", "unpublished");
  git("checkout", "-q", "mine");
  await work("t-1", { a: "1\n" });
  expect(await field.land("t-1", { target: "published" })).toMatchObject({ kind: "landed" });
  expect(git("show", "--name-only", "--format=", "published")).toBe("a");
  expect(git("log", "--format=%s", "published")).toBe("Do t-1\ntwo\none");
});

test("work that was brought onto a newer target is measured from there", async () => {
  const field = makeField();
  const { git, gitIn, work, write } = field;
  const { dir } = await work("t-1", { a: "1\n" });
  git("checkout", "-q", "main");
  write("g", "later\n");
  git("add", "-A");
  git("commit", "-qm", "three");
  gitIn(dir, "fetch", "-q", field.repo, "main");
  gitIn(dir, "merge", "-q", "--no-edit", "FETCH_HEAD");
  git("revert", "--no-edit", "HEAD");
  git("checkout", "-q", "mine");
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(git("show", "--name-only", "--format=", "main")).toBe("a");
});
