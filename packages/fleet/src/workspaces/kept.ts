/** What the depots of a home keep of a task, read from their refs alone: also once the records of its attempts are gone. */
import { join } from "node:path";

import type { Ref } from "@fleet/kit/git/refs";
import { refsIn } from "@fleet/kit/git/refs-in";

import { list } from "../attempts/records/paths.ts";
import { workDir } from "./paths.ts";

/** Of an attempt's refs those of what became of the workspace after it, taken when that was deleted. */
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

/** The tasks of which a depot keeps anything; `below`: refs/attempts or refs/base. */
export const tasksIn = (depot: string, below: "attempts" | "base" | "keep"): string[] => [
  ...new Set(refsIn(depot, `refs/${below}`).map(({ name }) => name.split("/")[2] ?? "")),
];

const numberOf = (attempt: string): number => Number.parseInt(attempt, 10);

/** Of one task in one depot, by number. */
export function keptIn(depot: string, task: string): KeptAttempt[] {
  const below = `refs/attempts/${task}`;
  const byAttempt = new Map<string, Ref[]>();
  for (const ref of refsIn(depot, below)) {
    const attempt = ref.name.slice(below.length + 1).split("/")[0] ?? "";
    byAttempt.set(attempt, [...(byAttempt.get(attempt) ?? []), ref]);
  }
  return [...byAttempt]
    .map(([attempt, refs]) => ({
      depot,
      attempt,
      refs: new Map(refs.map(({ name, oid }) => [name.slice(below.length + attempt.length + 2), oid])),
    }))
    .toSorted((a, b) => numberOf(a.attempt) - numberOf(b.attempt) || (a.attempt < b.attempt ? -1 : 1));
}

export const keptOf = (home: string, task: string): KeptAttempt[] =>
  depotsIn(home).flatMap((depot) => keptIn(depot, task));

export interface KeptRef {
  readonly depot: string;
  readonly ref: Ref;
}

/** Where the task's branch, or its files (`snapshot`), were last, and under which ref; undefined where none is kept. */
export function lastKept(kept: readonly KeptAttempt[], task: string, what: "branch" | "snapshot"): KeptRef | undefined {
  for (const { depot, attempt, refs } of kept.toReversed())
    for (const name of [`${LATER}/${what}`, what]) {
      const oid = refs.get(name);
      if (oid !== undefined) return { depot, ref: { name: `refs/attempts/${task}/${attempt}/${name}`, oid } };
    }
  return undefined;
}

/** The files at the end of this attempt. */
export function snapshotOf(kept: readonly KeptAttempt[], task: string, n: number): KeptRef | undefined {
  const one = kept.findLast(({ attempt }) => numberOf(attempt) === n);
  const oid = one?.refs.get("snapshot");
  return one === undefined || oid === undefined
    ? undefined
    : { depot: one.depot, ref: { name: `refs/attempts/${task}/${one.attempt}/snapshot`, oid } };
}
