/** What every step of making a workspace needs, and where a test may end it. */
import { clock } from "@fleet/kit/clock";
import type { Environment } from "@fleet/kit/git/environment";

/**
 * Between two of these a step is whole; killed at any, the next one who makes the workspace ends up with the same. recorded: what
 * is to be made is written down · depot-begun, depot-linked: a new depot has its format, its packs · depot-swept: a depot is
 * there, without what the dead left · depot-fetched, depot-kept: it has the source's commits, and keeps what the task sees ·
 * based: where the work begins is written down · clone-begun, clone-refs, clone-config, clone-files: the clone has its format,
 * refs, configuration, files · set-aside: what was in its place is out of it · renamed: it is in its place. Of taking its work:
 * read: it is in a repository of our own · brought: it is in the depot. Of deleting one: taken-again: it is in the depot as it is
 * now · put-away: it is out of its place · proven: it may be deleted by whoever finds it.
 * Of putting it back: restore-begun: it is written down · restored-files: its files are those of then.
 * Of a merge that is left open there: merge-begun: it is written down · merge-files: its files are there · merge-noted: git knows it.
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
  /** By kit's clock, in milliseconds: what is not done by then fails. */
  readonly until?: number;
}

/** Of what reads and writes objects or files, milliseconds: a working tree of 50 000 files took 13 seconds on a busy disk. */
export const LONG = 600_000;

/** For how long one git may read and write, in milliseconds. */
export const timeLeft = ({ until }: Pick<Making, "until">, most = LONG): number =>
  until === undefined ? most : Math.max(1, Math.min(most, until - clock()));
