/** What earlier attempts of a task did, as far as it is known, and what of all that differs is the task's by that. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { changesBetween } from "../../src/attempts/evidence/changes.ts";
import { earlierOf } from "../../src/attempts/evidence/earlier.ts";
import { ofTask } from "../../src/attempts/evidence/of-task.ts";
import { FILES } from "../../src/attempts/records/files.ts";
import { RECORD } from "../support/attempt.ts";

const git = { kind: "git" as const, top: "/p", at: "2030-01-01T00:00:00Z" };
const LAST = { ...RECORD, n: 3, uuid: "last", base: "first" };

/** The second one worked beside another: its receipt says what is its own. */
function homeWith(second: Readonly<Record<string, unknown>>): string {
  const home = mkdtempSync(join(tmpdir(), "fleet-of-task-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const put = (n: number, files: Readonly<Record<string, unknown>>): void => {
    const dir = join(home, "tasks", LAST.task, "attempts", String(n));
    mkdirSync(dir, { recursive: true });
    for (const [name, value] of Object.entries(files)) writeFileSync(join(dir, name), `${JSON.stringify(value)}\n`);
  };
  put(1, {
    [FILES.attempt]: { ...LAST, n: 1, uuid: "first" },
    [FILES.before]: { ...git, dirty: {} },
    [FILES.after]: { ...git, dirty: { a: "1" }, now: {}, committed: ["b"], commits: [{ hash: "1", subject: "b" }] },
  });
  put(2, {
    [FILES.attempt]: { ...LAST, n: 2, uuid: "second" },
    [FILES.before]: { ...git, dirty: { a: "1" } },
    [FILES.after]: { ...git, dirty: { a: "2", c: "1", d: "1" } },
    [FILES.overlaps]: { task: "t-9", n: 1, uuid: "o", at: 0 },
    ...second,
  });
  return home;
}

const RECEIPT = {
  tools_finished: 1,
  reports_tools: true,
  verdict: "timed-out",
  files: { from: "tools", changed: ["c"], count: 1 },
  commits: [{ hash: "2", subject: "c" }],
};

const since = changesBetween(
  "/p",
  { ...git, dirty: {} },
  {
    ...git,
    dirty: { a: "2", c: "1", d: "1", e: "1", f: "1" },
    now: {},
    commits: [
      { hash: "1", subject: "b" },
      { hash: "2", subject: "c" },
      { hash: "3", subject: "d" },
    ],
    committed: ["b", "d"],
  },
);
const own = { changes: changesBetween("/p", { ...git, dirty: {} }, { ...git, dirty: { e: "1" } }), foreign: [] };

it("counts what each attempt did, or in overlap what its receipt names; the rest belongs to others", () => {
  const earlier = earlierOf(homeWith({ [FILES.receipt]: RECEIPT }), LAST);
  expect([earlier.isKnown, [...earlier.paths].sort(), [...earlier.commits]]).toEqual([
    true,
    ["a", "b", "c"],
    ["1", "2"],
  ]);
  const { changes, between } = ofTask(since, own, earlier);
  expect([changes.paths, between]).toEqual([
    ["a", "b", "c", "e"],
    ["d", "f"],
  ]);
  expect(changes.commits.map(({ hash }) => hash)).toEqual(["1", "2"]);
});

it("counts all that differs where the record of an attempt is gone, but for what was committed by others meanwhile", () => {
  const earlier = earlierOf(homeWith({}), LAST);
  expect(earlier.isKnown).toBe(false);
  expect(ofTask(since, own, earlier)).toMatchObject({
    changes: { paths: ["a", "b", "c", "d", "e", "f"] },
    between: [],
  });
  expect(ofTask(since, { ...own, foreign: ["f"] }, earlier)).toMatchObject({
    changes: { paths: ["a", "b", "c", "d", "e"] },
    between: ["f"],
  });
});
