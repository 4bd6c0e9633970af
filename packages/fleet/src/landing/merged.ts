/** A pull request that was merged: the commit of the target has what was pushed for it, and not what was accepted since. */
import { isOid } from "@fleet/kit/git/oid";

import { type LandingRecord, withIntent } from "./record.ts";

export interface Merging {
  /** The commits that it may have been merged with, the likeliest first: the one that it has at its host, the one that is known here. */
  readonly pushed: readonly string[];
  /** Of the target. */
  readonly commit: string;
  readonly at: string;
}

/** Nothing of a commit that fleet never pushed: nobody can say which work that has. */
export function withMerged(record: LandingRecord, { pushed, commit, at }: Merging): LandingRecord {
  const [of] = pushed.flatMap((one) => record.intents.findLast(({ candidate }) => candidate === one) ?? []);
  if (of === undefined || !isOid(commit)) return record;
  return withIntent(record, { tip: of.tip, candidate: commit, head: of.head, at, pushed: of.candidate }).record;
}
