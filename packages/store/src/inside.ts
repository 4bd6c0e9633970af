/**
 * Who speaks, and what they may do: one pure function, `may`, for operations, commands, MCP and pushes. It is asked of what a
 * change does, never of the name of the command that does it. From inside, an attempt claims that its own task is done; the
 * tasks that it made are its to edit; every other task it may comment on, label and link. A check only reads.
 */
import { heldBy, landingOf, reviewOf } from "./claims.ts";
import { fleetRecord, withRecord } from "./fleet-record.ts";
import type { Act, Change } from "./decision.ts";
import { changed, type Deed, deedsOf } from "./deeds.ts";
import { StoreError } from "./errors.ts";
import type { Issue } from "./issue.ts";
import type { Meta } from "./meta.ts";
import type { Snapshot } from "./snapshot.ts";

export type Who =
  /** Nothing of fleet's: whoever runs it by hand, or a program of theirs. The supervisor itself acts as this. */
  | { readonly kind: "person" }
  /** A process of an attempt. `actor`: its name in the queue, where it is known. */
  | { readonly kind: "attempt"; readonly task: string; readonly uuid: string; readonly actor?: string | undefined }
  /** A process of one of an attempt's checks. */
  | { readonly kind: "check" };

/** An operation on the queue as a whole, or on the fleet. */
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

/** The relation of an issue to the attempt that acts. */
export type Relation =
  /** Its task, which it holds. */
  | "own"
  /** Its task, which it holds no more: another attempt may be at work on it. */
  | "lost"
  /** Its task's attempts made it, no attempt holds it, and it does not wait for a person's approval. */
  | "child"
  /** A person's, another attempt's, or of an attempt at work. */
  | "other";

export function relationOf(who: Extract<Who, { kind: "attempt" }>, issue: Issue): Relation {
  if (issue.id === who.task) return heldBy(issue)?.uuid === who.uuid ? "own" : "lost";
  const isTheirs = [heldBy, reviewOf, landingOf].some((held) => held(issue) !== undefined);
  return fleetRecord(issue).made_by === who.task && !isTheirs ? "child" : "other";
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
        why: `an attempt may not change the requirements (${names}) of ${whose}`,
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

/** The strictest of several answers: refused, comment only, claim, allowed. */
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

/** Where the queue is synced to is decided by the person whose queue it is. */
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
    ...(mended ? [mayQueue(who, { kind: "sweep", what: "repair lines of the queue" })] : []),
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
