/** undo: what the last mutation changed stands as it did before, by a new commit. The history keeps both. */
import { releasedFields } from "../claims.ts";
import { fleetRecord } from "../fleet-record.ts";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { gitOn } from "../git/hint.ts";
import { enforce, mayQueue, whoOf } from "../inside.ts";
import type { Issue } from "../issue.ts";
import { loopMadeBy } from "../loop-made.ts";
import type { Memories } from "../memories.ts";
import { mergeRecord, withMergeRecord } from "../merge/record.ts";
import type { Meta } from "../meta.ts";
import { openQuestions } from "../questions.ts";
import type { Snapshot } from "../snapshot.ts";
import { notBefore, stamp } from "../time.ts";
import { holdingEdges, loopText } from "../waits.ts";
import { touched } from "./touched.ts";

/** The commit at the tip, and how things stood before it. */
export interface LastMutation {
  readonly gitDir: string;
  readonly commit: string;
  /** Its first line. */
  readonly subject: string;
  /** Its trailer Fleet-Event; undefined for a commit made by hand. */
  readonly event: string | undefined;
  readonly parents: number;
  /** Lines that it changed: as they were, undefined where there was none. */
  readonly issues: ReadonlyMap<string, Issue | undefined>;
  /** Set where it changed them. */
  readonly memories?: Memories;
  readonly meta?: Meta;
  /** Other files that it changed, by path. */
  readonly files: readonly string[];
}

export interface Undone {
  /** The change that was undone. */
  readonly commit: string;
  readonly subject: string;
  /** The event of the new commit; redo: what was taken back was an undo. */
  readonly event: "undo" | "redo";
  /** The subject of the original change, however often it was undone and redone. */
  readonly change: string;
  readonly issues: readonly Issue[];
}

function refuse(last: LastMutation, why: string, mend: string): never {
  throw new StoreError("guarded", `cannot undo ${last.commit.slice(0, 10)} (${last.subject}): ${why}`, { mend });
}

const holds = (issue: Issue | undefined): boolean => issue !== undefined && fleetRecord(issue).attempt !== undefined;

/** The command that helps instead, by the task's present state: its first open question, its running attempt, or where it was put. */
function instead(now: Issue, act: Act): string {
  const [asked, ...more] = openQuestions(now, act.now);
  if (asked !== undefined) return `fleet answer ${now.id} ${more.length === 0 ? "" : `-q ${asked.n} `}"…"`;
  if (holds(now)) return `fleet kill ${now.id}; fleet retry ${now.id}`;
  if (now.status === "closed") return `fleet bd reopen ${now.id}`;
  if (now.status === "blocked") return `fleet retry ${now.id}`;
  return `fleet task ${now.id}; by hand: fleet bd update ${now.id}`;
}

/**
 * As it was, edited now: its fields are newer than what they replace, for every merge to come. What is open again is not held
 * by an attempt that has ended.
 */
function restored(now: Issue, before: Issue, act: Act): Issue {
  const at = mergeRecord(now).at;
  const released = before.status === "closed" ? {} : releasedFields(before);
  return withMergeRecord(touched(before, act, released), { at });
}

const hasMoreEdges = (now: Issue | undefined, next: Issue): boolean => {
  const known = new Set(now === undefined ? [] : holdingEdges(now));
  return holdingEdges(next).some((edge) => !known.has(edge));
};

/** A line is never taken out: an issue that was not there before is deleted. */
function unborn(issue: Issue, act: Act): Issue {
  const now = notBefore(stamp(act.now), issue.created_at);
  return touched(issue, act, {
    status: "tombstone",
    deleted_at: now,
    deleted_by: act.actor,
    delete_reason: "undo",
    original_type: issue.issue_type,
    dependencies: undefined,
    labels: undefined,
  });
}

/** The name of this operation and the change it is about: undoing an undo is a redo of the original change. */
function named({ event, subject }: LastMutation): Pick<Undone, "event" | "change"> {
  if (event !== "undo" && event !== "redo") return { event: "undo", change: subject };
  const change = subject.replace(/^(?:undo|redo)(?: \S+)?: /, "");
  return { event: event === "undo" ? "redo" : "undo", change };
}

export function undo(snapshot: Snapshot, act: Act, last: LastMutation): Decision<Undone> {
  const look = `${gitOn(last.gitDir)} show ${last.commit.slice(0, 10)}`;
  if (act.check === true) enforce(mayQueue(whoOf(act), { kind: "sweep", what: "undo what others did" }));
  if (last.parents !== 1)
    refuse(
      last,
      last.parents === 0 ? "it made the home" : "it merged two homes",
      "change what it brought by hand: fleet bd update",
    );
  if (act.inside !== undefined)
    refuse(last, "an attempt may not undo what others did", `fleet bd comment ${act.inside.task} "…"`);
  if (last.files.length > 0) refuse(last, `it changed ${last.files.join(", ")}`, `${look}; settings: fleet config set`);
  const issues: Issue[] = [];
  for (const [id, before] of last.issues) {
    const now = snapshot.line(id);
    if (now === undefined) continue;
    // A process may be at work on what such a line says.
    if (holds(now) || holds(before)) refuse(last, `an attempt on ${id} is part of it`, instead(now, act));
    issues.push(before === undefined ? unborn(now, act) : restored(now, before, act));
  }
  const loop = loopMadeBy(
    snapshot,
    issues.filter((issue) => hasMoreEdges(snapshot.line(issue.id), issue)),
  );
  if (loop !== undefined) refuse(last, `these would wait for each other again: ${loopText(loop)}`, look);
  if (issues.length === 0 && last.memories === undefined && last.meta === undefined)
    refuse(last, "it changed nothing that can be put back", look);
  const { event, change } = named(last);
  const only = issues.length === 1 ? issues[0]?.id : undefined;
  return {
    kind: "commit",
    event,
    ...(only === undefined ? {} : { task: only }),
    subject: change,
    trailers: [["Fleet-Undoes", last.commit]],
    issues,
    ...(last.memories === undefined ? {} : { memories: last.memories }),
    ...(last.meta === undefined ? {} : { meta: last.meta }),
    result: { commit: last.commit, subject: last.subject, event, change, issues },
  };
}
