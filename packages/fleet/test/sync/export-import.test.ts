/** A home's export, imported into another one, and then the two synced: every issue once, as it stands in the first. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { isObject } from "@fleet/kit/is-object";

import { runs } from "../../../kit/test/runs.ts";

import type { Act, Decision } from "@fleet/store/decision";
import { StoreError } from "@fleet/store/errors";
import { claim } from "@fleet/store/ops/claim";
import { close, reopen } from "@fleet/store/ops/close";
import { comment } from "@fleet/store/ops/comment";
import { create } from "@fleet/store/ops/create";
import { addEdge, removeEdge } from "@fleet/store/ops/edges";
import { forget, remember } from "@fleet/store/ops/memory";
import { remove } from "@fleet/store/ops/remove";
import { update } from "@fleet/store/ops/update";
import { renderBr, renderExport } from "@fleet/store/rendering";
import type { Snapshot } from "@fleet/store/snapshot";

import { done, EMPTY, type Files, merge, snapshotOf, text } from "../../../store/test/merge-world.ts";
import { acting, NOON } from "../../../store/test/support.ts";
import { readJsonl } from "../../src/bd/import-rows.ts";
import { importRows } from "../../src/bd/importing.ts";

const id = fc.constantFrom("tt-a", "tt-b", "tt-c");
const word = fc.constantFrom("one", "two", "three");

type Decide = (snapshot: Snapshot, act: Act) => Decision<unknown>;

const step: fc.Arbitrary<Decide> = fc.oneof(
  fc.tuple(id, fc.constantFrom("title", "notes", "description", "assignee"), word).map(
    ([of, field, value]): Decide =>
      (snapshot, act) =>
        update(snapshot, act, { id: of, [field]: value }),
  ),
  fc.tuple(id, fc.constantFrom("open", "blocked", "in_progress"), word).map(
    ([of, status]): Decide =>
      (snapshot, act) =>
        update(snapshot, act, { id: of, status }),
  ),
  fc.tuple(id, word).map(
    ([of, reason]): Decide =>
      (snapshot, act) =>
        close(snapshot, act, { id: of, reason, force: true }),
  ),
  id.map(
    (of): Decide =>
      (snapshot, act) =>
        reopen(snapshot, act, { id: of }),
  ),
  id.map(
    (of): Decide =>
      (snapshot, act) =>
        claim(snapshot, act, { id: of }),
  ),
  id.map(
    (of): Decide =>
      (snapshot, act) =>
        remove(snapshot, act, { id: of }),
  ),
  fc.tuple(id, word).map(
    ([of, said]): Decide =>
      (snapshot, act) =>
        comment(snapshot, act, { id: of, text: said }),
  ),
  fc.tuple(id, word, fc.boolean()).map(
    ([of, label, isAdded]): Decide =>
      (snapshot, act) =>
        update(snapshot, act, { id: of, ...(isAdded ? { addLabels: [label] } : { removeLabels: [label] }) }),
  ),
  fc.tuple(id, word, fc.boolean()).map(
    ([of, key, isSet]): Decide =>
      (snapshot, act) =>
        update(snapshot, act, { id: of, ...(isSet ? { setMetadata: { [key]: 1 } } : { unsetMetadata: [key] }) }),
  ),
  fc.tuple(id, id, fc.boolean()).map(
    ([from, to, isAdded]): Decide =>
      (snapshot, act) =>
        isAdded ? addEdge(snapshot, act, { from, to, type: "blocks" }) : removeEdge(snapshot, act, { from, to }),
  ),
  fc.tuple(word, word).map(
    ([key, value]): Decide =>
      (snapshot, act) =>
        remember(snapshot, act, { key, value }),
  ),
  word.map(
    (key): Decide =>
      (snapshot, act) =>
        forget(snapshot, act, key),
  ),
);

interface Timed {
  readonly decide: Decide;
  readonly tick: number;
}
const steps = fc.array(fc.record({ decide: step, tick: fc.integer({ min: 1, max: 1500 }) }), { maxLength: 12 });

function edited(files: Files, list: readonly Timed[], start: number): { readonly files: Files; readonly now: number } {
  let [state, now] = [files, start];
  for (const { decide, tick } of list) {
    now += tick;
    const act = acting({ now });
    try {
      state = done(state, act, (snapshot) => decide(snapshot, act));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
  return { files: state, now };
}

/** A home of three issues, made within a second or two. */
function home(): Files {
  let files = EMPTY;
  ["tt-a", "tt-b", "tt-c"].forEach((one, n) => {
    const act = acting({ now: NOON + 123 + n * 700 });
    const metadata = { cwd: "/work", k: "v" };
    files = done(files, act, (snapshot) =>
      create(snapshot, act, { id: one, title: one, type: "task", priority: 2, metadata }),
    );
  });
  return files;
}

const exportOf = (files: Files, format: "bd" | "br"): string => {
  const snapshot = snapshotOf(files);
  return [...(format === "bd" ? renderExport(snapshot, { all: true, memories: true }) : renderBr(snapshot))].join("");
};

const RUNS = runs(12, 400);

// As an import with --trust: what holds an issue until a person has said that it may run is tested in bd/trust.test.ts.
const TRUSTED = { from: "file", here: "", isTrusted: true, cwd: undefined, path: undefined, coder: undefined };

const silent = { step: () => undefined };

function imported(files: Files, exported: string, now: number): Files {
  const incoming = readJsonl(exported, now, silent);
  expect(incoming.bad).toEqual([]);
  return done(files, acting({ now, actor: "bob" }), (snapshot) =>
    importRows(snapshot, incoming, { dedup: false, terms: { ...TRUSTED, now } }, now),
  );
}

function parsed(line: string): unknown {
  const value: unknown = JSON.parse(line);
  // A merge orders edges by their age.
  if (isObject(value) && Array.isArray(value["dependencies"]))
    value["dependencies"].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return value;
}

/** What the home says to bd, and what it has deleted. */
const told = (files: Files): readonly unknown[] => [
  exportOf(files, "bd")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [parsed(line)])),
  snapshotOf(files)
    .lines()
    .map(({ id, status, metadata }) => [id, status, metadata?.["cwd"]]),
];

test("an export of any earlier time, imported elsewhere and synced, makes nothing twice and takes nothing back", () => {
  fc.assert(
    fc.property(steps, steps, steps, fc.constantFrom("bd", "br"), (before, between, after, format) => {
      const first = edited(home(), before, NOON + 2_000);
      const second = edited(first.files, between, first.now);
      const last = edited(second.files, after, second.now);
      // Two exports, the newer one imported over the older, and the older again.
      let other = imported(EMPTY, exportOf(first.files, format), last.now + 5_000);
      other = imported(other, exportOf(second.files, format), last.now + 6_000);
      other = imported(other, exportOf(first.files, format), last.now + 7_000);
      const synced = merge(undefined, last.files, other);
      expect(text(merge(undefined, other, last.files))).toBe(text(synced));
      expect(told(synced)).toEqual(told(last.files));
    }),
    { numRuns: RUNS },
  );
});

test("an export that is imported into its own home again changes nothing that was done since, even in the same second", () => {
  fc.assert(
    fc.property(steps, steps, fc.constantFrom("bd", "br"), (before, after, format) => {
      const first = edited(home(), before, NOON + 2_000);
      const last = edited(first.files, after, first.now);
      const again = imported(last.files, exportOf(first.files, format), last.now + 1);
      expect(told(again)).toEqual(told(last.files));
    }),
    { numRuns: RUNS },
  );
});

test("an edit in the first instant of a second is an edit, not what a file brought", () => {
  const closed = acting({ now: NOON + 7_000 });
  const files = done(home(), closed, (snapshot) =>
    close(snapshot, closed, { id: "tt-b", reason: "done", force: true }),
  );
  for (const format of ["bd", "br"] as const) {
    const other = imported(EMPTY, exportOf(home(), format), NOON + 9_000);
    expect(told(merge(undefined, files, other))).toEqual(told(files));
  }
});
