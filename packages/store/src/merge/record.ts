/**
 * What merging keeps under `metadata.fleet`, beside the record of attempts (claims.ts):
 * at: when each field was last edited · was: the id before a merge gave another · set_aside: edges that a merge took out
 * of the graph and keeps, because they would close a cycle, point at a deleted issue, or name a second parent.
 */
import { isObject } from "@fleet/kit/is-object";

import { areQuestions, type Question } from "../record-shapes.ts";
import type { Dependency, Issue } from "../issue.ts";
import { array, is, object, optional, record, string, unknown } from "../shape.ts";
import { byCodeUnit } from "../shard.ts";
import { EDGE_SHAPE } from "../status.ts";

/** RFC 3339 by the name of a field, or of one element of it: title, labels.x, dependencies.ID, metadata.key, status, claim. */
export type Stamps = Readonly<Record<string, string>>;

const stamps = record(string);
const edges = array(
  object({
    issue_id: string,
    depends_on_id: string,
    type: EDGE_SHAPE,
    created_at: optional(string),
    created_by: optional(string),
    metadata: optional(unknown),
  }),
);

const OURS: ReadonlySet<string> = new Set(["at", "was", "set_aside"]);

export interface MergeRecord {
  readonly at: Stamps;
  readonly was: string | undefined;
  readonly setAside: readonly Dependency[];
  /** The record of attempts, in fields that are not merging's; undefined where metadata.fleet can't be understood. */
  readonly rest: Readonly<Record<string, unknown>> | undefined;
}

const NOTHING: MergeRecord = { at: {}, was: undefined, setAside: [], rest: {} };

export function mergeRecord(issue: Issue): MergeRecord {
  const written = issue.metadata?.["fleet"];
  if (written === undefined) return NOTHING;
  if (!isObject(written)) return { ...NOTHING, rest: undefined };
  const { at = {}, was, set_aside: aside = [] } = written;
  return {
    at: is(stamps, at) ? at : {},
    was: typeof was === "string" ? was : undefined,
    setAside: is(edges, aside) ? aside : [],
    rest: Object.fromEntries(Object.entries(written).filter(([key]) => !OURS.has(key))),
  };
}

/** What was asked about the issue, as far as it can be understood. */
export function questionsIn(issue: Issue): readonly Question[] {
  const questions = mergeRecord(issue).rest?.["questions"];
  return areQuestions(questions) ? questions : [];
}

/** The issue with these parts of merging's record; what is left out stays, empty ones go. */
export function withMergeRecord(issue: Issue, change: Partial<Omit<MergeRecord, "rest">>): Issue {
  const now = { ...mergeRecord(issue), ...change };
  // A record that nobody understands is left as it is: then there are no stamps.
  if (now.rest === undefined) return issue;
  const at = Object.entries(now.at).sort(([a], [b]) => byCodeUnit(a, b));
  const fleet = {
    ...now.rest,
    ...(now.was === undefined ? {} : { was: now.was }),
    ...(now.setAside.length === 0 ? {} : { set_aside: now.setAside }),
    ...(at.length === 0 ? {} : { at: Object.fromEntries(at) }),
  };
  const { fleet: _old, ...others } = issue.metadata ?? {};
  const metadata = Object.keys(fleet).length === 0 ? others : { ...others, fleet };
  const { metadata: _metadata, ...rest } = issue;
  return Object.keys(metadata).length === 0 ? rest : { ...issue, metadata };
}
