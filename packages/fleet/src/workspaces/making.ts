/** What every step of making a workspace needs, and the points at which tests kill it. */
import { clock } from "@fleet/kit/clock";
import type { Environment } from "@fleet/kit/git/environment";

/**
 * The making can be killed between any two of these points, and the next call reaches the same result. recorded: what will be made is
 * on record · depot-begun, depot-linked: a new depot has its format, its packs · depot-swept: a depot exists, without leftovers of
 * killed processes · depot-fetched, depot-kept: it has the source's commits, and keeps what the task sees · based: the base is on
 * record · clone-begun, clone-refs, clone-config, clone-files: the clone has its format, refs, configuration, files · set-aside: what
 * was in its place is moved away · renamed: it is in its place. Taking its work: read: it is in a repository of ours · brought: it is
 * in the depot. Deleting: taken-again: the depot has it as it is now · put-away: it is moved away · proven: anybody who finds it may
 * delete it. Restoring: restore-begun: on record · restored-files: the files are restored. Leaving a merge open: merge-begun: on
 * record · merge-files: its files are written · merge-noted: git knows of the merge.
 */
export const POINTS = [
  "recorded",
  "depot-begun",
  "depot-linked",
  "depot-swept",
  "depot-fetched",
  "depot-kept",
  "based",
  "clone-begun",
  "clone-refs",
  "clone-config",
  "clone-files",
  "set-aside",
  "renamed",
] as const;
export const TAKE_POINTS = ["read", "brought"] as const;
export const REMOVAL_POINTS = ["taken-again", "put-away", "proven"] as const;
export const MERGE_POINTS = ["merge-begun", "merge-files", "merge-noted"] as const;
export const RESTORE_POINTS = ["restore-begun", "restored-files"] as const;
export type Point =
  | (typeof POINTS)[number]
  | (typeof TAKE_POINTS)[number]
  | (typeof REMOVAL_POINTS)[number]
  | (typeof MERGE_POINTS)[number]
  | (typeof RESTORE_POINTS)[number];

export interface Making {
  readonly home: string;
  readonly env: Environment;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called at each point. */
  readonly at?: (point: Point) => void;
  /** A deadline by kit's clock, in milliseconds; later steps fail. */
  readonly until?: number;
}

/** Milliseconds, for reading and writing objects or files: a working tree of 50 000 files took 13 seconds on a busy disk. */
export const LONG = 600_000;

/** For how long one git may read and write, in milliseconds. */
export const timeLeft = ({ until }: Pick<Making, "until">, most = LONG): number =>
  until === undefined ? most : Math.max(1, Math.min(most, until - clock()));
