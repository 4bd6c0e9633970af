/**
 * When each field was last edited, kept on the issue under `metadata.fleet.at`. updated_at alone is not enough: an
 * unrelated later edit on one side would drag that side's old title along, and the outcome would depend on the order of
 * merges. A field that was never edited has no stamp: it is as old as the issue.
 */
import type { Issue } from "../issue.ts";
import { millis, stamp } from "../time.ts";
import { canonical, same } from "./canonical.ts";
import { mergeRecord, type Stamps, withMergeRecord } from "./record.ts";
import { registersOf } from "./registers.ts";
import { CLAIM, groupValue, holder, STATUS, statusGroup } from "./status-group.ts";

/** After the edit it follows, whatever the clocks say: what was seen and changed must not lose to what it replaced. */
const after = (before: string, now: number): string => stamp(Math.max(now, millis(before) + 1));

const edgeList = (issue: Issue): string => canonical(issue.dependencies ?? []);

/** The stamp of a value that an import brings: the second of the file's row. One millisecond more where it takes another's place. */
export function broughtAt(time: string, before: string | undefined): string {
  const second = stamp(Math.floor(millis(time) / 1000) * 1000);
  return second === before ? stamp(millis(second) + 1) : second;
}

/** The first milliseconds of a second are for what an import brings (`broughtAt`): an edit in a home is stamped behind them. */
const BROUGHT = 2;

export const isEdit = (at: string | undefined): boolean => at !== undefined && millis(at) % 1000 >= BROUGHT;

/** The stamp of an edit made now in a home, later than the one it follows. */
function ofEdit(before: string, now: number): string {
  const at = millis(after(before, now));
  return stamp(at + Math.max(0, BROUGHT - (at % 1000)));
}

/** `next` as it is to be written in place of `old`, with a stamp for every field in which they differ. */
export function stamped(old: Issue | undefined, next: Issue, now: number): Issue {
  if (old === undefined) return next;
  const before = mergeRecord(old);
  const given = mergeRecord(next);
  if (given.rest === undefined) return next;
  // Editing an issue's edges settles what a merge had set aside.
  const settled =
    before.setAside.length > 0 && edgeList(old) !== edgeList(next) && same(before.setAside, given.setAside);
  const at: Record<string, string> = { ...before.at, ...given.at };
  const edit = (name: string): void => {
    // A writer that brings a stamp of its own (an import) knows better.
    if (given.at[name] === undefined || given.at[name] === before.at[name])
      at[name] = ofEdit(before.at[name] ?? old.created_at, now);
  };
  const target = settled ? withMergeRecord(next, { setAside: [] }) : next;
  const [was, is] = [registersOf(old), registersOf(target)];
  for (const name of new Set([...was.keys(), ...is.keys()])) if (!same(was.get(name), is.get(name))) edit(name);
  const [group, newGroup] = [statusGroup(old), statusGroup(next)];
  if (groupValue(group) !== groupValue(newGroup)) {
    edit(STATUS);
    if (newGroup.status !== "in_progress") delete at[CLAIM];
    else if (group.status !== "in_progress" || holder(group) !== holder(newGroup)) edit(CLAIM);
  }
  return same(at, given.at) && target === next ? next : withMergeRecord(target, { at });
}

/** When this side edited the field, said alike by everybody who asks. `base` is undefined where there is none. */
export function editedAt(side: Issue, base: Issue | undefined, name: string, isChanged: boolean): string {
  const stamps: Stamps = mergeRecord(side).at;
  const own = stamps[name];
  if (base === undefined) return own ?? (Object.keys(stamps).length > 0 ? side.created_at : side.updated_at);
  const was = mergeRecord(base).at[name];
  if (own !== was || !isChanged) return own ?? side.created_at;
  // Changed, and the stamp was not: by a hand, or by a tool that knows of none.
  return after(was ?? base.created_at, millis(side.updated_at));
}
