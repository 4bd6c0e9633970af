/** As what work lands: one commit, its commits and one that merges them, or its commits. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { LandEnd } from "../../src/landing/land.ts";
import type { History } from "../../src/settings/land.ts";
import { type Field, makeField } from "./support.ts";

/** Two commits of two people on a target that has moved on. */
async function twoSteps(): Promise<Field> {
  const field = makeField();
  const { git, work, write } = field;
  await work("t-1", { a: "1\n" }, "Ann <ann@example.com>");
  await work("t-1", { b: "2\n" }, "Bob <bob@example.com>");
  git("checkout", "-q", "main");
  write("g", "later\n");
  git("add", "-A");
  git("commit", "-qm", "three");
  git("checkout", "-q", "mine");
  return field;
}

const landAs = async (field: Field, history: History, ...checks: string[]): Promise<LandEnd> =>
  await field.land("t-1", { history, ...field.checked(...checks) });

test("rebase: each commit with its author, its words and what it is of", async () => {
  const field = await twoSteps();
  const { git } = field;
  expect(await landAs(field, "rebase", "test -e a")).toMatchObject({ kind: "landed" });
  expect(git("log", "--format=%s|%an|%(trailers:key=Fleet-Task,valueonly,separator=%x2C)", "main~2..main")).toBe(
    "work of t-1|Bob|t-1\nwork of t-1|Ann|t-1",
  );
  expect(git("log", "-1", "--format=%s", "main~2")).toBe("three");
  expect(git("log", "--merges", "main")).toBe("");
  expect(await landAs(field, "rebase")).toMatchObject({ kind: "landed", wasThere: true });
});

test("rebase: work of which a commit by itself is red is one commit", async () => {
  const field = await twoSteps();
  const { git } = field;
  expect(await landAs(field, "rebase", "test ! -e a -o -e b")).toMatchObject({ kind: "landed" });
  expect(git("log", "-2", "--format=%s", "main")).toBe("Do t-1\nthree");
});

test("merge: its commits are next to the target's first-parent line, which has one that merges them", async () => {
  const field = await twoSteps();
  const { git } = field;
  expect(await landAs(field, "merge", "test ! -e a -o -e b")).toMatchObject({ kind: "landed" });
  expect(git("log", "--first-parent", "--format=%s", "main")).toBe("Do t-1\nthree\ntwo\none");
  expect(git("log", "--format=%s", "main^1..main^2")).toBe("work of t-1\nwork of t-1");
  expect(git("merge-base", "main^1", "main^2")).toBe(git("rev-parse", "main^1"));
  expect(git("log", "-1", "--format=%(trailers:key=Fleet-Task,valueonly)", "main")).toBe("t-1");
});

test("changes made within a merge of the target are in no commit of their own, and land with the rest as one", async () => {
  const field = await twoSteps();
  const { git, gitIn, work, repo } = field;
  const { dir } = await work("t-1", {});
  gitIn(dir, "fetch", "-q", repo, "main");
  gitIn(dir, "merge", "-q", "--no-ff", "--no-commit", "FETCH_HEAD");
  writeFileSync(join(dir, "fix"), "in the merge\n");
  gitIn(dir, "add", "-A");
  gitIn(dir, "commit", "-qm", "merged");
  expect(await landAs(field, "rebase")).toMatchObject({ kind: "landed" });
  expect(git("show", "--name-only", "--format=%s", "main")).toBe("Do t-1\n\na\nb\nfix");
});
