/** The deeds of a change: what it does to an issue, found by comparing before and after, whatever command made it. */
import { TASK_SETTINGS } from "./task-settings.ts";
import { fleetRecord } from "./fleet-record.ts";
import { holdOf, isHeld } from "./hold.ts";
import type { Issue } from "./issue.ts";
import { loosened } from "./loosened.ts";
import { type EdgeType, knownStatus, PARENT, type Status } from "./status.ts";

/** One thing that a change does to one issue. */
export type Deed =
  | { readonly kind: "comment" }
  | { readonly kind: "label" }
  /** Edges are added, or its own taken back; a parent is none. */
  | { readonly kind: "link" }
  /** Edges that others made go. */
  | { readonly kind: "unlink" }
  /** A new issue. `loosened`: its settings that its maker's own task does not have. */
  | { readonly kind: "create"; readonly loosened: readonly string[] }
  /** An attempt says that its own task is done, or takes that back. */
  | { readonly kind: "claim done" }
  | { readonly kind: "close" }
  /** It blocks the task, or continues with it. */
  | { readonly kind: "block" }
  /** Any other status: put back, put off, pinned. */
  | { readonly kind: "put back"; readonly status: Status }
  /** Texts, priority and the like. */
  | { readonly kind: "edit"; readonly fields: readonly string[] }
  /** Changes what a person asked for: title, description, acceptance, type, flags. */
  | { readonly kind: "rewrite"; readonly fields: readonly string[] }
  /** How and where it runs, and what is asked of its work. `loosened`: what its maker's own task does not have. */
  | { readonly kind: "settings"; readonly names: readonly string[]; readonly loosened: readonly string[] }
  | { readonly kind: "reparent" }
  | { readonly kind: "assign" }
  /** It may run from now on, though it came from outside. */
  | { readonly kind: "trust" }
  /** fleet's own record of attempts. */
  | { readonly kind: "record" }
  /** Deleted, or renamed, which leaves a tombstone too. */
  | { readonly kind: "delete" };

/** What a person asked for. */
const ASKED = new Set([
  "title",
  "description",
  "acceptance_criteria",
  "issue_type",
  "ephemeral",
  "is_template",
  "original_type",
]);
/** Fields that follow from other changes. */
const FOLLOWS = new Set(["updated_at", "started_at", "closed_at", "close_reason", "closed_by_session"]);
/** Fields of fleet's record that change with an attempt's own words and with the end of its own block (questions.ts, own-block.ts). */
const OF_WORDS = new Set(["questions", "blocked_by"]);
/** Fields that a closed task loses when it is opened again; `holds` are about edges. */
const SHED = new Set(["tries", "not_before", "reason", "holds"]);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The names whose values differ. */
export const changed = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !same(before[name], after[name]));

/** What the change from `before` to `after` does. `own`: the task of the attempt that acts; `actor`: its name. */
export function deedsOf(before: Issue | undefined, after: Issue, own: Issue | undefined, actor?: string): Deed[] {
  if (before === undefined) return [{ kind: "create", loosened: loosened(own, undefined, after) }];
  if (after.status === "tombstone") return [{ kind: "delete" }];
  const deeds: Deed[] = [];
  const [asked, edited]: [string[], string[]] = [[], []];
  for (const name of changed(before, after)) {
    if (ASKED.has(name)) asked.push(name);
    else if (name === "comments") deeds.push(...commentDeeds(before, after));
    else if (name === "labels") deeds.push({ kind: "label" });
    else if (name === "dependencies") deeds.push(...edgeDeeds(before, after, actor));
    else if (name === "metadata") deeds.push(...metadataDeeds(before, after, own));
    else if (name === "status") deeds.push(statusDeed(after.status));
    else if (name === "assignee") deeds.push({ kind: "assign" });
    else if (!FOLLOWS.has(name)) edited.push(name);
  }
  if (asked.length > 0) deeds.push({ kind: "rewrite", fields: asked });
  if (edited.length > 0) deeds.push({ kind: "edit", fields: edited });
  return deeds;
}

function statusDeed(status: Status): Deed {
  switch (knownStatus(status)) {
    case "closed":
      return { kind: "close" };
    case "blocked":
    case "in_progress":
      return { kind: "block" };
    case "tombstone":
      return { kind: "delete" };
    case "open":
    case "deferred":
    case "pinned":
    case "hooked":
    case undefined:
      return { kind: "put back", status };
  }
}

function commentDeeds(before: Issue, after: Issue): Deed[] {
  const kept = (after.comments ?? []).slice(0, before.comments?.length ?? 0);
  return same(kept, before.comments ?? []) ? [{ kind: "comment" }] : [{ kind: "rewrite", fields: ["comments"] }];
}

function edgeDeeds(before: Issue, after: Issue, actor: string | undefined): Deed[] {
  const key = (edge: { readonly type: EdgeType; readonly depends_on_id: string }): string =>
    `${edge.type} ${edge.depends_on_id}`;
  const [was, is] = [before.dependencies ?? [], after.dependencies ?? []];
  const [old, now] = [new Set(was.map(key)), new Set(is.map(key))];
  const gone = was.filter((edge) => !now.has(key(edge)));
  const added = is.filter((edge) => !old.has(key(edge)));
  const isParent = ({ type }: { readonly type: EdgeType }): boolean => type === PARENT;
  const isTheirs = gone.some((edge) => actor === undefined || edge.created_by !== actor);
  return [
    ...([...gone, ...added].some(isParent) ? [{ kind: "reparent" } as const] : []),
    ...(isTheirs ? [{ kind: "unlink" } as const] : []),
    { kind: "link" },
  ];
}

function metadataDeeds(before: Issue, after: Issue, own: Issue | undefined): Deed[] {
  const names = changed(before.metadata ?? {}, after.metadata ?? {}).filter((name) => name !== "fleet");
  const settings = names.filter((name) => TASK_SETTINGS.has(name));
  const others = names.filter((name) => !TASK_SETTINGS.has(name));
  return [
    ...(settings.length === 0
      ? []
      : [{ kind: "settings", names: settings, loosened: loosened(own, before, after) } as const]),
    ...(others.length === 0 ? [] : [{ kind: "edit", fields: others.map((name) => `metadata.${name}`) } as const]),
    ...recordDeeds(before, after),
  ];
}

function recordDeeds(before: Issue, after: Issue): Deed[] {
  // A hold that is made tighter is no trust; one that goes or changes is.
  const trust: Deed[] = isHeld(before) && !same(holdOf(before), holdOf(after)) ? [{ kind: "trust" }] : [];
  const [was, is] = [fleetRecord(before), fleetRecord(after)];
  const fields = changed(was, is).filter((name) => !SHED.has(name) && name !== "hold" && name !== "outside");
  const claim: Deed[] = fields.includes("completion") ? [{ kind: "claim done" }] : [];
  const words: Deed[] = fields.some((name) => OF_WORDS.has(name)) ? [{ kind: "block" }] : [];
  const rest = fields.filter((name) => name !== "completion" && !OF_WORDS.has(name));
  return [...trust, ...claim, ...words, ...(rest.length > 0 ? [{ kind: "record" } as const] : [])];
}
