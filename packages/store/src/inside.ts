/**
 * What is done from inside an attempt to its own task, in one place for every operation: an attempt that has lost its claim
 * may only comment; one that holds it may not put the task back into the queue (only its end does), nor take it away, nor
 * change what a person asked of its work.
 */
import { fleetRecord, heldBy, TASK_SETTINGS } from "./claims.ts";
import type { Act, Change } from "./decision.ts";
import { StoreError } from "./errors.ts";
import { holdOf, isHeld } from "./hold.ts";
import type { Issue } from "./issue.ts";
import type { Meta } from "./meta.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a comment changes. */
const OF_A_COMMENT = new Set(["comments", "updated_at", "metadata"]);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const changed = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !same(before[name], after[name]));

/** Throws `guarded` where the change may not be made from inside. */
export function guardOwnTask(snapshot: Snapshot, act: Act, change: Change): void {
  const { inside } = act;
  if (inside === undefined) return;
  if (change.meta !== undefined) guardMeta(snapshot.meta, change.meta);
  for (const after of change.issues ?? []) guardIssue(inside, snapshot.issue(after.id), after);
}

type Inside = NonNullable<Act["inside"]>;

/** The same of one issue: what it is without the change, and with it. */
export function guardIssue(inside: Inside, before: Issue | undefined, after: Issue): void {
  if (before === undefined) return;
  if (isHeld(before) && !same(holdOf(before), holdOf(after)) && after.status !== "tombstone")
    throw new StoreError("guarded", `an attempt can't take the hold off ${before.id}; a person can`, {
      mend: `fleet ask "…"; then a person: fleet bd update ${before.id} --cwd DIR --coder NAME, or --trust`,
    });
  if (before.id !== inside.task) return;
  if (heldBy(before)?.uuid === inside.uuid) guardHeld(before, after);
  else guardLost(before, after);
}

const isForPerson = (key: string): boolean => key.startsWith("federation.");

/** What the ids are called and where the queue goes is decided by the person it is of. */
export function guardMeta(before: Meta, after: Meta): void {
  const keys = changed(before.config, after.config).filter(isForPerson);
  const names = before.prefix === after.prefix ? keys : ["issue_prefix", ...keys];
  if (names.length > 0)
    throw new StoreError("guarded", `an attempt may not change ${names.join(", ")}`, {
      mend: `fleet ask "May ${names.join(", ")} be changed?"`,
    });
}

function guardLost(before: Issue, after: Issue): void {
  const fields = changed(before, after).filter((name) => !OF_A_COMMENT.has(name));
  const settings = changed(before.metadata ?? {}, after.metadata ?? {}).filter((name) => name !== "fleet");
  if (fields.length + settings.length > 0) throw lost(before);
}

/** The refusal of whatever an attempt wants of a task that it no longer holds. */
export const lost = ({ id }: Issue): StoreError =>
  new StoreError("guarded", `this attempt no longer holds ${id}; it may only comment on it`, {
    mend: `fleet bd comment ${id} "…"`,
  });

function guardHeld(before: Issue, after: Issue): void {
  const { id } = before;
  const refuse = (what: string, mend: string): StoreError =>
    new StoreError("guarded", `an attempt may not ${what} its own task ${id}`, { mend });
  if (after.status !== before.status && after.status !== "in_progress" && after.status !== "blocked") {
    if (after.status === "tombstone") throw refuse("delete or rename", `fleet bd comment ${id} "…"`);
    if (after.status === "closed") throw refuse("close, by this verb,", `fleet bd close ${id} --reason "…"`);
    throw refuse(
      `put back (${after.status})`,
      `fleet bd close ${id} --reason "…"  # when it is done; fleet ask "…" when a person has to decide; or just end`,
    );
  }
  if (!same(fleetRecord(before).attempt, fleetRecord(after).attempt))
    throw refuse("take its claim off", `fleet ask "…"`);
  const asked = changed(before.metadata ?? {}, after.metadata ?? {}).filter((name) => TASK_SETTINGS.has(name));
  if (asked.length > 0)
    throw refuse(`change what was asked of (${asked.join(", ")})`, `fleet ask "May ${asked.join(", ")} be changed?"`);
}
