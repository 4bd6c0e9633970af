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
  /** Why somebody is at work in it; a sentence. */
  readonly inUse: string | undefined;
  /** What of its last attempt could not be kept, or why nothing was. */
  readonly left: readonly string[];
  readonly isLetGo: boolean;
}

/** old, let-go: it may go, once what is in it is proven to be kept · stays: `why` is a sentence. */
export type WorkspaceFate =
  | { readonly kind: "old" }
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
  if (left.length > 0) return stays(`not kept of its last attempt: ${left.join("; ")}`);
  if (closedAt === undefined || now - closedAt <= age) return stays(`its task was closed less than ${ageText} ago`);
  return { kind: "old" };
}

export interface DepotFacts {
  readonly attempted: readonly string[];
  readonly begun: readonly string[];
  /** What people had not committed, for tasks that are to begin with it. */
  readonly changes: readonly unknown[];
  readonly borrowers: readonly string[];
}

/** It lives as long as a task that needs it: one whose work it keeps, whose clone borrows from it, or that is not over. */
export const isUnused = (
  { attempted, begun, borrowers, changes }: DepotFacts,
  isOver: (task: string) => boolean,
): boolean => attempted.length === 0 && borrowers.length === 0 && changes.length === 0 && begun.every(isOver);

/** Longer than it takes to make the task that is to begin with them. */
const YOUNG = 3_600_000;

/** Whether what a person had not committed is kept for nobody: no task that is not over begins with it. */
export const isForNobody = (
  { commit, since }: { readonly commit: string; readonly since: number },
  wanted: ReadonlySet<string>,
  now: number,
): boolean => !wanted.has(commit) && now - since > YOUNG;
