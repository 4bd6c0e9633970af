/** What a task's work is measured from once its branch has a newer state of the target, or an earlier state of it has landed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { giveBack } from "../../src/engine/shell/land/give-back.ts";
import { moveBase } from "../../src/engine/shell/land/move-base.ts";
import { land } from "../../src/landing/land.ts";
import { type Back, readLanding, writeLanding } from "../../src/landing/record.ts";
import { undo } from "../../src/landing/undo.ts";
import { changesFrom, readWorkspace, type WorkspaceRecord } from "../../src/workspaces/record.ts";
import { prove } from "../../src/workspaces/proof.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { endOf, type Field, makeField } from "./support.ts";

/** A commit of a person on main, which nobody has checked out afterwards. The answer is its name. */
function onMain({ git, write }: Field, files: Readonly<Record<string, string>>, message = "of a person"): string {
  git("checkout", "-q", "main");
  for (const [path, text] of Object.entries(files)) write(path, text);
  git("add", "-A");
  git("commit", "-qm", message);
  git("checkout", "-q", "mine");
  return git("rev-parse", "main");
}

/** Merges this commit in the workspace, with these files as what resolves it. */
function mergeIn(field: Field, { dir }: WorkspaceRecord, tip: string, files: Readonly<Record<string, string>>): void {
  const { gitIn, repo } = field;
  gitIn(dir, "fetch", "-q", repo, tip);
  try {
    gitIn(dir, "merge", "-q", "--no-ff", "--no-commit", tip);
  } catch {
    // In conflict.
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  gitIn(dir, "add", "-A");
  gitIn(dir, "commit", "-qm", "merge");
}

const backFrom = (tip: string): Back => ({
  kind: "conflict",
  reason: "conflicts with main",
  at: "2027-01-01T00:00:00Z",
  target: "main",
  remote: "origin",
  tip,
  files: ["f"],
  theirs: [],
});

const LINES = ["1", "2", "3", "4", "5", "6", "7", "8"];
const lines = (changed: Readonly<Record<number, string>>): string =>
  LINES.map((line, at) => `${changed[at + 1] ?? line}\n`).join("");

test("what a person has not published does not land with a task that was brought onto the target", async () => {
  const field = makeField();
  const { git, home, env } = field;
  const published = onMain(field, { g: lines({}) });
  onMain(field, { g: lines({ 1: "unpublished" }), p: "unpublished\n" });
  const record = await field.work("t-1", { f: "of the task\n" });
  git("branch", "-f", "main", published);
  const tip = onMain(field, { f: "of another\n", g: lines({ 8: "of another" }) });
  writeLanding(home, "t-1", { intents: [], back: backFrom(tip) });
  mergeIn(field, record, tip, { f: "of both\n" });
  const { head } = await field.landing("t-1");
  await moveBase(home, env, record, { task: "t-1", tip: head });
  const moved = readWorkspace(home, "t-1");
  if (moved === undefined) throw new Error("no workspace");
  expect(await prove(field.making, moved)).toMatchObject({ kind: "whole" });
  expect(await field.land("t-1", { base: changesFrom(moved), unpublished: true })).toMatchObject({ kind: "landed" });
  expect(git("show", "main:f")).toBe("of both");
  expect(git("show", "main:g")).toBe(lines({ 8: "of another" }).trim());
  expect(git("show", "--name-only", "--format=%B", "main")).not.toMatch(/unpublished|^p$/m);
});

test("where that conflicts with the target it can't be told from the work, which goes back", async () => {
  const field = makeField();
  const { git } = field;
  const published = git("rev-parse", "main");
  const base = onMain(field, { f: "unpublished\n" });
  const record = await field.work("t-1", { f: "unpublished\nof the task\n" });
  git("branch", "-f", "main", published);
  const tip = onMain(field, { f: "of another\n" });
  mergeIn(field, record, tip, { f: "unpublished\nof another\nof the task\n" });
  expect(await field.land("t-1", { base, unpublished: true })).toMatchObject({ kind: "conflict", files: ["f"] });
  expect(git("rev-parse", "main")).toBe(tip);
});

test("a stacked task that a person finished lands, though what it began with is on the target under another name", async () => {
  const field = makeField();
  const { git, gitIn } = field;
  onMain(field, { g: lines({}) });
  await field.work("t-1", { g: lines({ 1: "of t-1" }) });
  const base = (await field.landing("t-1")).head;
  const upper = await field.work("t-2", {});
  gitIn(upper.dir, "fetch", "-q", upper.depot, base);
  gitIn(upper.dir, "reset", "-q", "--hard", base);
  await field.work("t-2", { g: lines({ 1: "of t-1", 5: "of t-2" }) });
  expect(await endOf(field, "t-1")).toBe("landed");
  const tip = onMain(field, { g: lines({ 1: "of t-1", 5: "of another" }) });
  expect(await field.land("t-2", { base })).toMatchObject({ kind: "conflict" });
  mergeIn(field, upper, tip, { g: lines({ 1: "of t-1", 5: "of both" }) });
  expect(await field.land("t-2", { base })).toMatchObject({ kind: "landed" });
  expect(git("show", "main:g")).toBe(lines({ 1: "of t-1", 5: "of both" }).trim());
  expect(git("log", "--format=%s", "main").split("\n").slice(0, 3)).toEqual(["Do t-2", "of a person", "Do t-1"]);
});

test("a task that landed and was opened again doesn't conflict with itself; taking it back takes all of it", async () => {
  const field = makeField();
  const { git, work, lander } = field;
  await work("t-1", { f: "first\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  onMain(field, { g: "of another\n" });
  await work("t-1", { f: "second\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(git("show", "main:f")).toBe("second");
  expect(await undo(lander, await field.landing("t-1"))).toMatchObject({ kind: "undone" });
  expect(git("show", "main:f")).toBe("two");
  expect(git("show", "main:g")).toBe("of another");
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(git("show", "main:f")).toBe("second");
});

test("what landed of it, and was reset away, lands with what came since", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { f: "first\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  git("branch", "-f", "main", "main~1");
  await work("t-1", { g: "second\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(git("show", "main:f")).toBe("first");
});

test("a conflict of a task that was opened again is opened as what it changed since it landed", async () => {
  const field = makeField();
  const { home, env, making } = field;
  const record = await field.work("t-1", { f: "first\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  const tip = onMain(field, { g: "of another\n" });
  await field.work("t-1", { f: "second\n", g: "of the task\n" });
  const landing = await field.landing("t-1");
  expect(await land(field.lander, landing)).toMatchObject({ kind: "conflict", files: ["g"] });
  const { remote: _remote, ...back } = backFrom(tip);
  writeLanding(home, "t-1", { ...readLanding(home, "t-1"), landed: undefined, back });
  await takeBack(making, { task: "t-1", attempt: "2", depot: record.depot, top: record.dir, branch: record.branch });
  const told: string[] = [];
  const journal = { write: (_kind: string, text: string) => void told.push(text) };
  await giveBack({ home, env, clock: { wall: making.now }, journal }, { id: "t-1" }, record);
  expect(told).toEqual(["the merge of main is open in its workspace; it conflicts in g"]);
});

test("what landed of it, and a person reverted, lands with what came since", async () => {
  const field = makeField();
  const { git, work } = field;
  await work("t-1", { a: "first\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  git("checkout", "-q", "main");
  git("revert", "--no-edit", "HEAD");
  git("checkout", "-q", "mine");
  onMain(field, { g: "of another\n" });
  await work("t-1", { b: "second\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  expect([git("show", "main:a"), git("show", "main:b"), git("show", "main:g")]).toEqual([
    "first",
    "second",
    "of another",
  ]);
});
