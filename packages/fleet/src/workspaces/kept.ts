/** What a home's depots keep of a task, read from refs alone, so that it works after the attempts' records are deleted. */
import { join } from "node:path";

import type { Ref } from "@fleet/kit/git/refs";
import { refsIn, seenRefs } from "@fleet/kit/git/refs-in";
import { shellWord } from "@fleet/kit/shell";

import { list } from "@fleet/kit/list";
import { workDir } from "./paths.ts";
import type { WorkspaceRecord } from "./record.ts";
import { WorkspaceError } from "./trouble.ts";

/** Those of an attempt's refs that hold the workspace as it was when it was deleted, later than the attempt. */
export const LATER = "later";

export interface KeptAttempt {
  readonly depot: string;
  /** Its directory's name: `3`. */
  readonly attempt: string;
  /** By their names below the attempt's: `branch`, `snapshot`, `base`, `heads/side`, `later/branch`. */
  readonly refs: ReadonlyMap<string, string>;
}

const DEPOT = /^[0-9a-f]{16}\.git$/;

export const depotsIn = (home: string): string[] =>
  list(workDir(home))
    .filter((name) => DEPOT.test(name))
    .sort()
    .map((name) => join(workDir(home), name));

/** The tasks of which a depot keeps anything; `below`: refs/attempts, refs/base or refs/keep. */
export const tasksIn = (depot: string, below: "attempts" | "base"): string[] =>
  tasksOf(refsIn(depot, `refs/${below}`), below);

export const tasksOf = (refs: readonly Ref[], below: "attempts" | "base" | "keep"): string[] => [
  ...new Set(refs.flatMap(({ name }) => (name.startsWith(`refs/${below}/`) ? [name.split("/")[2] ?? ""] : []))),
];

const numberOf = (attempt: string): number => Number.parseInt(attempt, 10);

/** One task in one depot, by attempt number. An error is not reported as "nothing kept". */
export function keptIn(depot: string, task: string): KeptAttempt[] {
  const { kept, unread } = seenIn(depot, task);
  if (unread.length > 0) throw notRead(depot, task, unread);
  return kept;
}

const notRead = (depot: string, task: string, unread: readonly string[]): WorkspaceError =>
  new WorkspaceError("damaged", `what is kept of ${task} can't be read: ${unread.join("; ")}`, {
    where: depot,
    mend: `git -C ${shellWord(depot)} fsck`,
  });

function seenIn(depot: string, task: string): { readonly kept: KeptAttempt[]; readonly unread: readonly string[] } {
  const below = `refs/attempts/${task}`;
  const byAttempt = new Map<string, Ref[]>();
  const { refs: all, unread } = seenRefs(depot, below);
  for (const ref of all) {
    const attempt = ref.name.slice(below.length + 1).split("/")[0] ?? "";
    byAttempt.set(attempt, [...(byAttempt.get(attempt) ?? []), ref]);
  }
  const kept = [...byAttempt]
    .map(([attempt, refs]) => ({
      depot,
      attempt,
      refs: new Map(refs.map(({ name, oid }) => [name.slice(below.length + attempt.length + 2), oid])),
    }))
    .toSorted((a, b) => numberOf(a.attempt) - numberOf(b.attempt) || (a.attempt < b.attempt ? -1 : 1));
  return { kept, unread };
}

/** In all depots. An unreadable depot matters only to the tasks that it may have. */
export function keptOf(home: string, task: string): KeptAttempt[] {
  const seen = depotsIn(home).map((depot) => ({ depot, ...seenIn(depot, task) }));
  const kept = seen.flatMap((one) => one.kept);
  const broken = seen.find(({ unread }) => unread.length > 0);
  if (kept.length === 0 && broken !== undefined) throw notRead(broken.depot, task, broken.unread);
  return kept;
}

export interface KeptRef {
  readonly depot: string;
  readonly ref: Ref;
}

/** The last kept commit of the task's branch, or of its files (`snapshot`), and its ref; undefined where none is kept. */
export function lastKept(kept: readonly KeptAttempt[], task: string, what: "branch" | "snapshot"): KeptRef | undefined {
  for (const { depot, attempt, refs } of kept.toReversed())
    for (const name of [`${LATER}/${what}`, what]) {
      const oid = refs.get(name);
      if (oid !== undefined) return { depot, ref: { name: `refs/attempts/${task}/${attempt}/${name}`, oid } };
    }
  return undefined;
}

/** The command that restores a workspace's branch as last kept, or at its base if it was never kept. */
export function branchLine(
  { dir, depot, branch, base }: Pick<WorkspaceRecord, "dir" | "depot" | "branch" | "base">,
  task: string,
): string {
  const tip = lastKept(keptIn(depot, task), task, "branch")?.ref.oid ?? base;
  return `git -C ${shellWord(dir)} branch ${branch} ${tip}`;
}

/** The files at this attempt's end. */
export function snapshotOf(kept: readonly KeptAttempt[], task: string, n: number): KeptRef | undefined {
  const one = kept.findLast(({ attempt }) => numberOf(attempt) === n);
  const oid = one?.refs.get("snapshot");
  return one === undefined || oid === undefined
    ? undefined
    : { depot: one.depot, ref: { name: `refs/attempts/${task}/${one.attempt}/snapshot`, oid } };
}
