/**
 * The three-way merge of issues' lines: pure, commutative, and the same in any order of merges of concurrent edits.
 *
 * 1. New on one side: taken as it is.
 * 2. Equal on both sides: taken as it is.
 * 3. Changed on one side only: that side's.
 * 4. New on both sides under one id, with no common base: the same issue when it was created in the same second by the same
 *    hand, or says the same (then case 7, without a base); else two issues: the later gets an id derived from who it is, and the edges of its
 *    side that meant it follow.
 * 5. Gone on a side, without a tombstone: kept. Nothing of ours takes a line out, so it was a hand, or a merge by lines.
 * 6. Deleted on one side: the tombstone stands and takes in what the other side wrote; no other status outranks it.
 * 7. Changed on both sides: field by field (merge-issue.ts).
 * Lines that can't be decoded are kept, of both sides; gone on one side they are gone when their id can be read there.
 */
import { encodeIssue, type Issue } from "../issue.ts";
import { assignIds, byIdentity, follow, sameWords, type Line, type Lines, type Who } from "./identity.ts";
import type { Lost } from "./lost.ts";
import { mergeIssue } from "./merge-issue.ts";

/** What befell an issue that is worth telling. */
export type Note =
  | { readonly kind: "lost"; readonly id: string; readonly lost: Lost }
  /** Two issues wanted one id. */
  | { readonly kind: "renamed"; readonly from: string; readonly to: string }
  /** It had vanished from a side without being deleted. */
  | { readonly kind: "kept"; readonly id: string }
  /** An edge was taken out of the graph, and why. */
  | { readonly kind: "set-aside"; readonly id: string; readonly target: string; readonly why: string }
  /** Anything else, as a sentence. */
  | { readonly kind: "file"; readonly text: string };

export interface MergedLines {
  readonly lines: Map<string, Line>;
  readonly notes: Note[];
  /** Ids on which the two sides, or one of them and the base, differ. */
  readonly changed: Set<string>;
  /** How many of them were changed on both sides. */
  readonly both: number;
}

const encoded = (issue: Issue): Line => ({ issue, raw: encodeIssue(issue) });

type Renames = ReadonlyMap<string, string>;

function renamesOf(lines: ReadonlyMap<string, Line>, ids: ReadonlyMap<string, string>): Renames {
  const renames = new Map<string, string>();
  for (const [key, { issue }] of lines) {
    const id = ids.get(key);
    if (id !== undefined && id !== issue.id) renames.set(issue.id, id);
  }
  return renames;
}

function followed(line: Line | undefined, renames: Renames): Line | undefined {
  if (line === undefined) return undefined;
  const issue = follow(line.issue, renames);
  return issue === line.issue ? line : encoded(issue);
}

/** One issue, by the cases above. */
function mergeLine(
  base: Line | undefined,
  ours: Line | undefined,
  theirs: Line | undefined,
): {
  readonly line: Line | undefined;
  readonly lost: readonly Lost[];
  readonly isKept?: boolean;
  readonly isBoth?: boolean;
} {
  if (ours === undefined || theirs === undefined) {
    const only = ours ?? theirs;
    // (1) new on one side
    if (base === undefined) return { line: only, lost: [] };
    // (5) gone without a tombstone
    return { line: only ?? base, lost: [], isKept: true };
  }
  // (2) equal
  if (ours.raw === theirs.raw) return { line: ours, lost: [] };
  // (3) changed on one side only
  if (ours.raw === base?.raw) return { line: theirs, lost: [] };
  if (theirs.raw === base?.raw) return { line: ours, lost: [] };
  // (4, one issue) (6) (7)
  const { issue, lost } = mergeIssue(base?.issue, ours.issue, theirs.issue);
  return { line: encoded(issue), lost, isBoth: true };
}

export function mergeLines(base: Lines, ours: Lines, theirs: Lines): MergedLines {
  const before = byIdentity(base, undefined);
  const a = byIdentity(ours, base);
  const b = byIdentity(theirs, base);
  for (const [mine, other] of sameWords(before, a, b)) {
    const [key, late] = mine < other ? [mine, other] : [other, mine];
    for (const side of [a, b]) {
      const line = side.get(late);
      side.delete(late);
      if (line !== undefined) side.set(key, line);
    }
  }
  const everybody = [...new Set([...before.keys(), ...a.keys(), ...b.keys()])].map((key): Who => ({
    key,
    base: before.get(key)?.issue,
    ours: a.get(key)?.issue,
    theirs: b.get(key)?.issue,
  }));
  // (4, two issues)
  const ids = assignIds(everybody);
  const [old, mine, other] = [renamesOf(before, ids), renamesOf(a, ids), renamesOf(b, ids)];
  const merged: MergedLines & { both: number } = { lines: new Map(), notes: [], changed: new Set(), both: 0 };
  for (const { key } of everybody) {
    const id = ids.get(key) ?? "";
    const [was, x, y] = [followed(before.get(key), old), followed(a.get(key), mine), followed(b.get(key), other)];
    const { line, lost, isKept, isBoth } = mergeLine(was, x, y);
    if (line === undefined) continue;
    merged.lines.set(id, line);
    if (x?.raw !== y?.raw || x?.raw !== was?.raw) merged.changed.add(id);
    if (isBoth === true) merged.both++;
    if (isKept === true) merged.notes.push({ kind: "kept", id });
    for (const one of lost) merged.notes.push({ kind: "lost", id, lost: one });
  }
  for (const [from, to] of new Map([...mine, ...other])) {
    // Given in this merge, not in one that a side has seen before.
    if (!ours.has(to) && !theirs.has(to)) merged.notes.push({ kind: "renamed", from, to });
  }
  return merged;
}
