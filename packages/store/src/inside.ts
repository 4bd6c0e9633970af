/**
 * Who speaks, and what they may do: one pure function, `may`, for operations, commands, MCP and pushes. It is asked of what a
 * change does, never of the name of the command that does it. From inside, an attempt claims that its own task is done; the
 * tasks that it made are its to edit; every other task it may comment on, label and link. A check only reads.
 */
import { fleetRecord, heldBy, TASK_SETTINGS, withRecord } from "./claims.ts";
import type { Act, Change } from "./decision.ts";
import { StoreError } from "./errors.ts";
import { holdOf, isHeld } from "./hold.ts";
import type { Issue } from "./issue.ts";
import type { Meta } from "./meta.ts";
import { loosened } from "./loosened.ts";
import type { Snapshot } from "./snapshot.ts";
import { PARENT } from "./status.ts";

export type Who =
  /** Nothing of fleet's: whoever runs it by hand, or a program of theirs. The supervisor itself acts as this. */
  | { readonly kind: "person" }
  /** A process of an attempt. `actor`: its name in the queue, where it is known. */
  | { readonly kind: "attempt"; readonly task: string; readonly uuid: string; readonly actor?: string | undefined }
  /** A process of one of an attempt's checks. */
  | { readonly kind: "check" };

/** What a change does to one issue. */
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
  /** It blocks the task, or goes on with it. */
  | { readonly kind: "block" }
  /** Any other status: put back, put off, pinned. */
  | { readonly kind: "put back"; readonly status: string }
  /** Texts, priority and the like. */
  | { readonly kind: "edit"; readonly fields: readonly string[] }
  /** What a person asked for, in words and by kind: title, description, acceptance, type, flags. */
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

/** What is done to the queue as a whole, or to the fleet. */
export type QueueDeed =
  | { readonly kind: "read" }
  /** Memories, key-value pairs, settings of the queue that are no person's. */
  | { readonly kind: "remember" }
  /** The prefix of ids, where the queue goes, settings of the fleet. */
  | { readonly kind: "configure"; readonly names: readonly string[] }
  /** Several issues deleted, lines mended, ids renamed. */
  | { readonly kind: "sweep"; readonly what: string }
  /** A command that is the person's to give: `fleet kill`. */
  | { readonly kind: "command"; readonly words: string }
  /** A person is asked something. */
  | { readonly kind: "ask" };

export type Answer =
  | { readonly kind: "allowed" }
  /** A completion claim: the task closes when there is proof. */
  | { readonly kind: "claim" }
  /** Refused: of this task a comment, a label or a link is all there may be. */
  | { readonly kind: "comment only"; readonly why: string; readonly mend: string }
  | { readonly kind: "refused"; readonly why: string; readonly mend: string };

const ALLOWED: Answer = { kind: "allowed" };

/** What an issue is to the attempt that acts. */
export type Relation =
  /** Its task, which it holds. */
  | "own"
  /** Its task, which it holds no more: another attempt may be at work on it. */
  | "lost"
  /** Its task's attempts made it, and no attempt holds it. */
  | "child"
  /** A person's, another attempt's, or of an attempt at work. */
  | "other";

export function relationOf(who: Extract<Who, { kind: "attempt" }>, issue: Issue): Relation {
  if (issue.id === who.task) return heldBy(issue)?.uuid === who.uuid ? "own" : "lost";
  return fleetRecord(issue).made_by === who.task && heldBy(issue) === undefined ? "child" : "other";
}

type Rule = "yes" | "claim" | "comment" | "no";

/** Who may do what; the columns are the relations. */
const RULES: Readonly<Record<Deed["kind"], Readonly<Record<Relation, Rule>>>> = {
  comment: { own: "yes", lost: "yes", child: "yes", other: "yes" },
  label: { own: "yes", lost: "comment", child: "yes", other: "yes" },
  link: { own: "yes", lost: "comment", child: "yes", other: "yes" },
  unlink: { own: "yes", lost: "comment", child: "yes", other: "comment" },
  create: { own: "yes", lost: "yes", child: "yes", other: "yes" },
  "claim done": { own: "claim", lost: "comment", child: "no", other: "comment" },
  close: { own: "no", lost: "comment", child: "yes", other: "comment" },
  block: { own: "yes", lost: "comment", child: "yes", other: "comment" },
  "put back": { own: "no", lost: "comment", child: "yes", other: "comment" },
  edit: { own: "yes", lost: "comment", child: "yes", other: "comment" },
  rewrite: { own: "no", lost: "comment", child: "yes", other: "comment" },
  settings: { own: "no", lost: "comment", child: "yes", other: "comment" },
  reparent: { own: "no", lost: "comment", child: "yes", other: "comment" },
  assign: { own: "no", lost: "comment", child: "yes", other: "comment" },
  trust: { own: "no", lost: "no", child: "no", other: "no" },
  record: { own: "no", lost: "comment", child: "no", other: "comment" },
  delete: { own: "no", lost: "comment", child: "yes", other: "comment" },
};

/** May this be done to the issue? `issue`: as it was before; of a new one, as it is to be. */
export function may(who: Who, deed: Deed, issue: Issue): Answer {
  if (who.kind === "person") return ALLOWED;
  if (who.kind === "check") return OF_A_CHECK;
  const relation = relationOf(who, issue);
  switch (RULES[deed.kind][relation]) {
    case "yes":
      return "loosened" in deed && deed.loosened.length > 0 ? loose(deed.loosened) : ALLOWED;
    case "claim":
      return { kind: "claim" };
    case "comment":
      return commentOnly(issue, relation);
    case "no":
      return { kind: "refused", ...refusal(deed, issue, relation) };
  }
}

/** May this be done to the queue, or the fleet? */
export function mayQueue(who: Who, deed: QueueDeed): Answer {
  if (who.kind === "person" || deed.kind === "read") return ALLOWED;
  if (who.kind === "check") return OF_A_CHECK;
  switch (deed.kind) {
    case "remember":
    case "ask":
      return ALLOWED;
    case "configure": {
      const names = deed.names.join(", ");
      return no(`an attempt may not change ${names}`, `fleet ask "May ${names} be changed?"`);
    }
    case "sweep":
      return no(`an attempt may not ${deed.what}`, `fleet ask "May I ${deed.what}?"`);
    case "command":
      return no(
        `${deed.words} is for the person who runs the fleet, and this is an attempt on ${who.task}`,
        'fleet ask "…"',
      );
  }
}

const no = (why: string, mend: string): Answer => ({ kind: "refused", why, mend });

const OF_A_CHECK: Answer = no(
  "a check only reads: it writes nothing to the queue, and runs no command that is a person's",
  "print it instead; what a check prints is kept with its result",
);

const loose = (names: readonly string[]): Answer =>
  no(
    `a task made by an attempt runs as the attempt's own task does, not with another ${names.join(", ")}`,
    `leave that out, or: fleet ask "May a task of mine have another ${names.join(", ")}?"`,
  );

function commentOnly({ id }: Issue, relation: Relation): Extract<Answer, { kind: "comment only" }> {
  const why =
    relation === "lost"
      ? `this attempt no longer holds ${id}; it may only comment on it`
      : `this attempt did not make ${id}, or another one works on it: it may only comment on, label and link it`;
  return { kind: "comment only", why, mend: `fleet bd comment ${id} "…"` };
}

function refusal(deed: Deed, { id }: Issue, relation: Relation): { readonly why: string; readonly mend: string } {
  const whose = relation === "own" ? `its own task ${id}` : id;
  const close = `fleet bd close ${id} --reason "…"`;
  switch (deed.kind) {
    case "trust":
      return {
        why: `an attempt can't take the hold off ${id}; a person can`,
        mend: `fleet ask "…"; then a person: fleet bd update ${id} --cwd DIR --coder NAME, or --trust`,
      };
    case "delete":
      return { why: `an attempt may not delete or rename ${whose}`, mend: `fleet bd comment ${id} "…"` };
    case "close":
      return { why: `an attempt may not close, by this verb, ${whose}`, mend: close };
    case "put back":
      return {
        why: `an attempt may not put back (${deed.status}) ${whose}`,
        mend: `${close}  # when it is done; fleet ask "…" when a person has to decide; or just end`,
      };
    case "settings": {
      const names = deed.names.join(", ");
      return {
        why: `an attempt may not change what was asked of (${names}) ${whose}`,
        mend: `fleet ask "May ${names} be changed?"`,
      };
    }
    case "rewrite":
      return {
        why: `an attempt may not rewrite what a person asked for (${deed.fields.join(", ")}) in ${whose}`,
        mend: `fleet bd update ${id} --append-notes "…"`,
      };
    case "record":
    case "assign":
      return { why: `an attempt may not take its claim off ${whose}`, mend: 'fleet ask "…"' };
    case "reparent":
    case "claim done":
    case "comment":
    case "label":
    case "link":
    case "unlink":
    case "create":
    case "block":
    case "edit":
      return { why: `an attempt may not ${deed.kind} ${whose}`, mend: `fleet bd comment ${id} "…"` };
  }
}

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
/** What follows from other changes. */
const FOLLOWS = new Set(["updated_at", "started_at", "closed_at", "close_reason", "closed_by_session"]);
/** What of fleet's record an attempt's own words and the end of its own block change (questions.ts, own-block.ts). */
const OF_WORDS = new Set(["questions", "blocked_by"]);
/** What a task that was closed sheds when it is opened again; `holds` are about edges. */
const SHED = new Set(["tries", "not_before", "reason", "holds"]);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const changed = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] =>
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

function statusDeed(status: string): Deed {
  if (status === "closed") return { kind: "close" };
  return status === "blocked" || status === "in_progress" ? { kind: "block" } : { kind: "put back", status };
}

function commentDeeds(before: Issue, after: Issue): Deed[] {
  const kept = (after.comments ?? []).slice(0, before.comments?.length ?? 0);
  return same(kept, before.comments ?? []) ? [{ kind: "comment" }] : [{ kind: "rewrite", fields: ["comments"] }];
}

function edgeDeeds(before: Issue, after: Issue, actor: string | undefined): Deed[] {
  const key = (edge: { readonly type: string; readonly depends_on_id: string }): string =>
    `${edge.type} ${edge.depends_on_id}`;
  const [was, is] = [before.dependencies ?? [], after.dependencies ?? []];
  const [old, now] = [new Set(was.map(key)), new Set(is.map(key))];
  const gone = was.filter((edge) => !now.has(key(edge)));
  const added = is.filter((edge) => !old.has(key(edge)));
  const isParent = ({ type }: { readonly type: string }): boolean => type === PARENT;
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

/** Of several answers the one that stands in the way; a claim where there is one; else allowed. */
export function together(answers: readonly Answer[]): Answer {
  return (
    answers.find(({ kind }) => kind === "refused") ??
    answers.find(({ kind }) => kind === "comment only") ??
    answers.find(({ kind }) => kind === "claim") ??
    ALLOWED
  );
}

/** The answer to a change of one issue, as a whole. */
export function mayChange(who: Who, before: Issue | undefined, after: Issue, own: Issue | undefined): Answer {
  if (who.kind === "person") return ALLOWED;
  const actor = who.kind === "attempt" ? who.actor : undefined;
  return together(deedsOf(before, after, own, actor).map((deed) => may(who, deed, before ?? after)));
}

/** The answer to a change of the queue's own settings. */
export function mayConfigure(who: Who, before: Meta, after: Meta): Answer {
  const keys = changed(before.config, after.config);
  const names = [...(before.prefix === after.prefix ? [] : ["issue_prefix"]), ...keys.filter(isForPerson)];
  if (names.length > 0) return mayQueue(who, { kind: "configure", names });
  return keys.length > 0 ? mayQueue(who, { kind: "remember" }) : ALLOWED;
}

/** What the ids are called and where the queue goes is decided by the person it is of. */
const isForPerson = (key: string): boolean => key.startsWith("federation.");

/** Throws what stands in the way. */
export function enforce(answer: Answer): void {
  if (answer.kind === "allowed" || answer.kind === "claim") return;
  throw new StoreError("guarded", answer.why, { mend: answer.mend });
}

export function whoOf(act: Pick<Act, "inside" | "check"> & { readonly actor?: string }): Who {
  if (act.check === true) return { kind: "check" };
  const { inside } = act;
  return inside === undefined
    ? { kind: "person" }
    : { kind: "attempt", task: inside.task, uuid: inside.uuid, actor: act.actor };
}

/** The change as whoever acts may make it, with what an act from inside carries; throws `guarded` where they may not. */
export function heldTo(snapshot: Snapshot, act: Act, change: Change): Change {
  const who = whoOf(act);
  if (who.kind === "person") return change;
  enforce(mayWhole(who, snapshot, change));
  if (who.kind === "check") return change;
  const own = snapshot.issue(who.task);
  const made: Issue[] = [];
  for (const after of change.issues ?? []) {
    const before = snapshot.issue(after.id);
    enforce(mayChange(who, before, after, own));
    made.push(before === undefined ? withRecord(after, { made_by: who.task }) : after);
  }
  const held = own === undefined ? undefined : heldBy(own);
  const n = held?.uuid === who.uuid ? held.n : (act.inside?.n ?? 0);
  return { ...change, issues: made, attempt: change.attempt ?? { n, uuid: who.uuid } };
}

/** The answer to what is done to many lines at once. `deleted`: how many issues go; `mended`: lines that can't be read do. */
export function maySweep(
  who: Who,
  { deleted, mended }: { readonly deleted: number; readonly mended: boolean },
): Answer {
  return together([
    ...(mended ? [mayQueue(who, { kind: "sweep", what: "mend lines of the queue" })] : []),
    ...(deleted > 1 ? [mayQueue(who, { kind: "sweep", what: "delete several issues at once" })] : []),
  ]);
}

function mayWhole(who: Who, snapshot: Snapshot, { issues = [], dropped, files, meta, memories }: Change): Answer {
  const deleted = issues.filter(({ status }) => status === "tombstone").length;
  return together([
    ...(issues.length === 0 && memories === undefined ? [] : [mayQueue(who, { kind: "remember" })]),
    ...(meta === undefined ? [] : [mayConfigure(who, snapshot.meta, meta)]),
    ...(files === undefined ? [] : [mayQueue(who, { kind: "configure", names: Object.keys(files) })]),
    maySweep(who, { deleted, mended: dropped !== undefined }),
  ]);
}

/** The refusal of whatever an attempt wants of a task that it no longer holds. */
export function lost(issue: Issue): StoreError {
  const { why, mend } = commentOnly(issue, "lost");
  return new StoreError("guarded", why, { mend });
}
