/** A merged pull request: the commit of the target contains the work that was pushed for it, and nothing accepted since. */
import { isOid } from "@fleet/kit/git/oid";

import { type LandingRecord, withIntent } from "./record.ts";

export interface Merging {
  /** The commit that it may have been merged with, the likeliest first: its head at the host, then the last one that fleet recorded. */
  readonly pushed: readonly string[];
  /** The commit on the target. */
  readonly commit: string;
  readonly at: string;
}

/** Unchanged for a commit that fleet never pushed: nobody can tell which work it contains. */
export function withMerged(record: LandingRecord, { pushed, commit, at }: Merging): LandingRecord {
  const [of] = pushed.flatMap((one) => record.intents.findLast(({ candidate }) => candidate === one) ?? []);
  if (of === undefined || !isOid(commit)) return record;
  return withIntent(record, { tip: of.tip, candidate: commit, head: of.head, at, pushed: of.candidate }).record;
}
