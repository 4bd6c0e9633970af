/** Attempts in one place know of each other, and what that costs: counted in files that are opened. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

import { readOverlaps } from "../../src/attempts/evidence/files.ts";
import { presenceOf } from "../../src/engine/core/beside.ts";
import type { State } from "../../src/engine/core/attempt.ts";
import { isShared, noteNeighbours } from "../../src/engine/shell/end/beside.ts";
import { type Handle, newHandle } from "../../src/engine/shell/loop/handle.ts";
import { claimedAttempt, RECORD, runningState, WRAPPER } from "../support/attempt.ts";
import { opened } from "../support/opened.ts";

const PLACE = { path: "/p", git: true };
const started = { record: RECORD, wrapper: WRAPPER, vanishedAt: undefined } as const;
const verifying = (looked: boolean): State => ({
  kind: "verifying",
  ...started,
  looked,
  termedAt: undefined,
  quiet: 0,
  frozen: undefined,
});

it.each<[what: string, state: State, disk: "given-up" | "listed" | "nothing", presence: string]>([
  ["one whose place is not known", { kind: "claimed", fresh: true, place: undefined }, "nothing", "none"],
  ["one whose place is looked at before its start", { kind: "claimed", fresh: true, place: PLACE }, "nothing", "near"],
  ["one that was given up", { kind: "claimed", fresh: true, place: PLACE }, "given-up", "none"],
  ["one whose wrapper is on its way", { kind: "launching", record: RECORD }, "nothing", "at-work"],
  ["one whose wrapper will not come", { kind: "launching", record: RECORD }, "given-up", "none"],
  ["one that runs", runningState(), "nothing", "at-work"],
  ["one that runs elsewhere", { kind: "elsewhere", record: RECORD, wrapper: WRAPPER }, "nothing", "at-work"],
  ["one that has ended", verifying(false), "nothing", "at-work"],
  ["one whose changes were written down since the last look", verifying(false), "listed", "near"],
  ["one whose checks run", verifying(true), "nothing", "near"],
  ["one that was judged", { kind: "judged", ...started }, "nothing", "none"],
  ["one that was fenced", { kind: "fenced", record: RECORD }, "nothing", "none"],
])("beside %s", (_what, state, disk, presence) => {
  expect(presenceOf(state, { isGivenUp: () => disk === "given-up", isListed: () => disk === "listed" })).toBe(presence);
});

/** So many that run, each with a directory of its own, in the places that are given in turn. */
function fleetOf(count: number, places: readonly string[]): { readonly home: string; readonly all: Handle[] } {
  const home = mkdtempSync(join(tmpdir(), "fleet-beside-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const all = Array.from({ length: count }, (_, i) => {
    const path = places[i % places.length] ?? "";
    const handle = newHandle({
      ...claimedAttempt({ task: `t-${i}`, ref: { n: 1, uuid: `u${i}` }, dir: join(home, `t-${i}`), cwd: path }),
      fresh: true,
    });
    return { ...handle, state: runningState({ record: { ...RECORD, place: { path, git: true } } }) };
  });
  return { home, all };
}

const places = (count: number): string[] => Array.from({ length: count }, (_, i) => `/p${i}`);

it("opens no file of attempts in other places, however many there are", () => {
  const { home, all } = fleetOf(100, places(100));
  const [first] = all;
  if (first === undefined) throw new Error("none");
  expect(opened(home, () => noteNeighbours(first, { path: "/p0", git: true }, all, 1))).toEqual([]);
  expect(opened(home, () => expect(isShared(first, all)).toBe(false))).toEqual([]);
});

it("opens the record of each in the same place once, its own once, and none of them the second time", () => {
  const { home, all } = fleetOf(100, places(10));
  const [first] = all;
  if (first === undefined) throw new Error("none");
  const note = (): void => noteNeighbours(first, { path: "/p0", git: true }, all, 1);
  const files = opened(home, note);
  expect(new Set(files).size).toBe(10);
  // To see whether its last line is whole, and to write.
  expect(files.length).toBeLessThanOrEqual(20);
  expect(opened(home, note)).toEqual([]);
  expect(readOverlaps(first.dir).map(({ task }) => task)).toEqual(
    Array.from({ length: 9 }, (_, i) => `t-${10 * (i + 1)}`),
  );
  for (const other of all.filter(({ state }) => state.kind === "running" && state.record.place?.path === "/p0"))
    if (other !== first) expect(readOverlaps(other.dir).map(({ task }) => task)).toEqual(["t-0"]);
  expect(opened(home, () => expect(isShared(first, all)).toBe(true))).toEqual([]);
});
