/** Of a task exactly the work lands that was accepted. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Issue } from "@fleet/store/issue";
import { asStatus } from "@fleet/store/status";
import { expect, onTestFinished, test } from "vitest";

import { withdrawnSince } from "../../src/engine/shell/land/still-to-land.ts";
import { takenOf } from "../../src/engine/shell/start/base-wanted.ts";
import { workOf } from "../../src/landing/accepted.ts";

const oid = (digit: string): string => digit.repeat(40);
const FIRST = { n: 1, uuid: "11111111-aaaa" };

interface Kept {
  readonly refs: Readonly<Record<string, string>>;
  readonly taken: Readonly<Record<number, object>>;
}

function homeWith({ refs, taken }: Kept): string {
  const home = mkdtempSync(join(tmpdir(), "fleet-accepted-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const depot = join(home, "work", `${"0".repeat(16)}.git`);
  mkdirSync(depot, { recursive: true });
  const lines = Object.entries(refs).map(([name, id]) => `${id} refs/attempts/t-1/${name}\n`);
  writeFileSync(join(depot, "packed-refs"), `# pack-refs with: peeled fully-peeled sorted\n${lines.sort().join("")}`);
  for (const [n, record] of Object.entries(taken)) {
    const dir = join(home, "tasks/t-1/attempts", n);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "attempt.json"), JSON.stringify({ uuid: n === "1" ? FIRST.uuid : "other" }));
    writeFileSync(join(dir, "taken.json"), JSON.stringify(record));
  }
  return home;
}

const took = (snapshot: string, tip: string): object => ({
  kind: "taken",
  depot: "",
  snapshot,
  tip,
  nested: [],
  left: [],
});

function issueWith(fleet: object, status = "closed"): Issue {
  return {
    id: "t-1",
    title: "t",
    status: asStatus(status),
    priority: 2,
    issue_type: "task",
    created_at: "2027-01-01T00:00:00Z",
    updated_at: "2027-01-01T00:00:00Z",
    metadata: { fleet },
  };
}

const KEPT: Kept = {
  refs: {
    "1/snapshot": oid("a"),
    "1/branch": oid("b"),
    // What became of the workspace after it, and what a later attempt made that was sent back.
    "1/later/snapshot": oid("c"),
    "2/snapshot": oid("d"),
    "2/branch": oid("e"),
  },
  taken: { 1: took(oid("a"), oid("b")), 2: took(oid("d"), oid("e")) },
};

test("lands the files of the attempt that was accepted, not what was kept last", () => {
  const accepted = { attempt: FIRST, head: oid("a") };
  const home = homeWith(KEPT);
  expect(workOf(home, issueWith({ accepted }))).toEqual({
    kind: "work",
    work: { depot: join(home, "work", `${"0".repeat(16)}.git`), accepted, files: oid("a"), tip: oid("b") },
  });
});

test("takes the attempt from what waits to land, where a home of before told no more", () => {
  const landing = { attempt: FIRST, at: "2027-01-01T00:00:00Z", reason: "done" };
  expect(workOf(homeWith(KEPT), issueWith({ landing }, "in_progress"))).toMatchObject({ work: { files: oid("a") } });
});

test("lands what the last attempt made, where a person closed the task by hand", () => {
  expect(workOf(homeWith(KEPT), issueWith({}))).toMatchObject({ work: { accepted: undefined, files: oid("d") } });
});

test.for<readonly [string, Kept, object, string]>([
  [
    "could not be kept",
    { ...KEPT, taken: { 1: { kind: "not-taken", why: "no room" } } },
    { attempt: FIRST },
    "no room",
  ],
  ["was kept again as something else", KEPT, { attempt: FIRST, head: oid("c") }, "is not what was accepted"],
  [
    "has other refs than were written down",
    { ...KEPT, taken: { 1: took(oid("a"), oid("f")) } },
    { attempt: FIRST, head: oid("a") },
    "is not what was accepted",
  ],
  ["is gone", { refs: {}, taken: {} }, { attempt: FIRST }, "nothing is kept"],
])("lands nothing where the accepted work %s", ([, kept, accepted, why]) => {
  expect(workOf(homeWith(kept), issueWith({ accepted }))).toMatchObject({
    kind: "none",
    why: expect.stringContaining(why),
  });
});

test("lands nothing of an attempt that a person took by hand and that could not be kept", () => {
  const kept = { ...KEPT, taken: { ...KEPT.taken, 3: { kind: "not-taken", why: "no room" } } };
  expect(workOf(homeWith(kept), issueWith({}))).toMatchObject({ kind: "none", mend: "fleet retry t-1" });
});

test("work that needs it begins with what was accepted, also once the records of its attempts are gone", () => {
  const accepted = { attempt: FIRST, head: oid("a") };
  const taken = { task: "t-1", tip: oid("b"), snapshot: oid("a") };
  expect(takenOf(homeWith(KEPT), issueWith({ accepted }))).toMatchObject([taken]);
  const collected = homeWith({ refs: { "1/snapshot": oid("a"), "1/branch": oid("b") }, taken: {} });
  expect(takenOf(collected, issueWith({}))).toMatchObject([taken]);
});

test("what was closed meanwhile, without that, is not landed", () => {
  const landing = { attempt: FIRST, at: "2026-01-01T00:00:00Z", reason: "done" };
  const accepted = { attempt: FIRST, head: oid("a") };
  const [before, closed] = [issueWith({ landing, accepted }, "in_progress"), issueWith({ accepted })];
  expect(withdrawnSince(closed, before)).toEqual({
    why: "it was closed meanwhile, without that",
    mend: "fleet land t-1",
  });
  expect(withdrawnSince(closed, closed)).toBeUndefined();
});
