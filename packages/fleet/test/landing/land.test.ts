/** The work of tasks on a branch that is checked out nowhere: once, whatever ends the lander. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { land, LAND_POINTS } from "../../src/landing/land.ts";
import { readLanding } from "../../src/landing/record.ts";
import { endOf, Killed, killedAt, makeField } from "./support.ts";

test("work lands as one commit on the target, with its authors and what it is of", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { a: "1\n" }, "Ann <ann@example.com>");
  await work("t-1", { b: "2\n" }, "Bob <bob@example.com>");
  const { dir } = await work("t-1", { c: "3\n" }, "Ann <ann@example.com>");
  expect(await field.land("t-1")).toMatchObject({ kind: "landed", wasThere: false });
  expect(git("log", "--format=%s", "main")).toBe("Do t-1\ntwo\none");
  expect(git("log", "-1", "--format=%an <%ae>|%cn|%ct", "main")).toBe(
    `Ann <ann@example.com>|fleet|${field.gitIn(dir, "log", "-1", "--format=%ct")}`,
  );
  expect(git("log", "-1", "--format=%b", "main")).toBe(
    [
      "* work of t-1\n* work of t-1\n* work of t-1\n",
      "Co-authored-by: Bob <bob@example.com>",
      "Fleet-Task: t-1",
      `Fleet-Head: ${field.gitIn(dir, "rev-parse", "HEAD")}`,
    ].join("\n"),
  );
  expect(git("show", "--name-only", "--format=", "main")).toBe("a\nb\nc");
  expect(git("for-each-ref", "refs/fleet")).toBe("");
  expect(git("status", "--porcelain")).toBe("");
  expect(await field.land("t-1")).toMatchObject({ kind: "landed", wasThere: true });
  expect(git("rev-list", "--count", "main")).toBe("3");
});

test("killed between any two steps, the work lands once", async () => {
  const field = makeField();
  const { git, work, lander } = field;
  await work("t-1", { a: "1\n" });
  const landing = await field.landing("t-1", {
    checking: { commands: ["test -f a"], timeout: 9000, below: "", env: field.env },
  });
  for (const point of LAND_POINTS) await expect(land(killedAt(lander, point), landing)).rejects.toThrow(Killed);
  expect(await land(lander, landing)).toMatchObject({ kind: "landed", wasThere: true });
  expect(git("log", "--format=%s", "main")).toBe("Do t-1\ntwo\none");
  expect(readLanding(field.home, "t-1").intents).toHaveLength(1);
  expect(git("for-each-ref", "refs/fleet")).toBe("");
});

test("what landed is not landed again where a person reverts it, amends it or builds on it", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { a: "1\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  git("checkout", "-q", "main");
  git("revert", "--no-edit", "HEAD");
  expect(await endOf(field, "t-1")).toBe("was there");
  git("reset", "-q", "--hard", "HEAD~1");
  git("commit", "-q", "--amend", "--author", "Person <p@example.com>", "--no-edit");
  expect(await endOf(field, "t-1")).toBe("was there");
  expect(git("log", "--format=%s", "main")).toBe("Do t-1\ntwo\none");
});

test("work of the task that was accepted after its first landing lands too", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { a: "1\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  await work("t-1", { b: "2\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(await endOf(field, "t-1")).toBe("was there");
  expect(git("show", "--name-only", "--format=", "main")).toBe("b");
});

test("a lock that a killed fetch left on a ref of this home is removed; another home's stays", async () => {
  const field = makeField();
  await field.work("t-1", { a: "1\n" });
  const lockOf = (mark: string): string => join(field.repo, ".git/refs/fleet", mark, "remote/main.lock");
  for (const mark of [field.lander.mark, "another0"]) {
    mkdirSync(dirname(lockOf(mark)), { recursive: true });
    writeFileSync(lockOf(mark), "");
  }
  expect(await endOf(field, "t-1")).toBe("landed");
  expect([field.lander.mark, "another0"].map((mark) => existsSync(lockOf(mark)))).toEqual([false, true]);
});

test("a conflict names the files, and leaves the target and everything else as it is", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { f: "of t-1\n", a: "1\n" });
  await work("t-2", { f: "of t-2\n" });
  await work("t-3", { b: "3\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(await field.land("t-2")).toMatchObject({ kind: "conflict", files: ["f"], tip: git("rev-parse", "main") });
  expect(await endOf(field, "t-3")).toBe("landed");
  expect(git("log", "--format=%s", "main")).toBe("Do t-3\nDo t-1\ntwo\none");
});
