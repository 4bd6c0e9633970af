/** Which workspaces and depots may be deleted, and why the others stay. Pure. */
import type { Kept } from "./retention.ts";

/** What is known of a workspace before anything in it is looked at. */
export interface WorkspaceFacts {
  readonly task: string;
  /** As of an attempt's record (retention.ts). */
  readonly task_is: Kept["task_is"];
  /** Milliseconds since 1970: when its task was closed; undefined where that is not known. */
  readonly closedAt: number | undefined;
  /** Attempts without a verdict. */
  readonly unsettled: readonly string[];
  /** Why it is in use; a sentence. */
  readonly inUse: string | undefined;
  /** What of its last attempt could not be kept, or why nothing was. */
  readonly left: readonly string[];
  readonly isLetGo: boolean;
}

/**
 * old: it may go, once what is in it is proven to be kept; `doubt`: what could not be kept when its last attempt ended · let-go:
 * a person said so · stays: `why` is a sentence.
 */
export type WorkspaceFate =
  | { readonly kind: "old"; readonly doubt: readonly string[] }
  | { readonly kind: "let-go" }
  | { readonly kind: "stays"; readonly why: string };

const OPEN: Readonly<Record<Exclude<Kept["task_is"], "closed">, string>> = {
  held: "an attempt of its task runs",
  live: "its task is open",
  waiting: "its task waits for a person",
  unknown: "its task can't be read",
};

const stays = (why: string): WorkspaceFate => ({ kind: "stays", why });

/** `age`: milliseconds since its task was closed after which it is old. `ageText`: the same for people. */
export function fateOf(facts: WorkspaceFacts, age: number, ageText: string, now: number): WorkspaceFate {
  const { task_is, closedAt, unsettled, inUse, left, isLetGo } = facts;
  if (task_is !== "closed") return stays(OPEN[task_is]);
  if (unsettled.length > 0) return stays(`attempt ${unsettled.join(", ")} has no verdict`);
  if (inUse !== undefined) return stays(inUse);
  if (isLetGo) return { kind: "let-go" };
  if (closedAt === undefined || now - closedAt <= age) return stays(`its task was closed less than ${ageText} ago`);
  return { kind: "old", doubt: left };
}

export interface DepotFacts {
  readonly attempted: readonly string[];
  readonly begun: readonly string[];
  /** What people had not committed, for tasks that are to begin with it. */
  readonly changes: readonly unknown[];
  readonly borrowers: readonly string[];
  /** Its unreadable refs: their owner is unknown. */
  readonly unread: readonly string[];
}

/** It lives as long as a task that needs it: one whose work it keeps, whose clone borrows from it, or that is not over. */
export const isUnused = (
  { attempted, begun, borrowers, changes, unread }: DepotFacts,
  isOver: (task: string) => boolean,
): boolean => [attempted, borrowers, changes, unread].every(({ length }) => length === 0) && begun.every(isOver);

/** Longer than it takes to make the task that is to begin with them. */
const YOUNG = 3_600_000;

/** Whether what a person had not committed is kept for nobody: no task that is not over begins with it. */
export const isForNobody = (
  { commit, since }: { readonly commit: string; readonly since: number },
  wanted: ReadonlySet<string>,
  now: number,
): boolean => !wanted.has(commit) && now - since > YOUNG;

/** What fleet keeps in a repository of a person's for a task: what is to land there, or, in a partial clone, where it began. */
export interface SourceRefFacts {
  readonly kind: "land" | "base";
  readonly isOver: boolean;
  /** Milliseconds since 1970; undefined for a task that was deleted. */
  readonly closedAt: number | undefined;
  /** A move of it to its target was begun, and not looked at since. */
  readonly isMoving: boolean;
  /** Its workspace is there, or a depot has work of it. */
  readonly isKept: boolean;
}

/** Whether it may go: nothing will ever ask for it, or it is made again by whoever does. `age` as of a workspace. */
export function isRefDone({ kind, isOver, closedAt, isMoving, isKept }: SourceRefFacts, age: number, now: number) {
  if (!isOver || isMoving || (closedAt !== undefined && now - closedAt <= age)) return false;
  return kind === "land" || !isKept;
}
