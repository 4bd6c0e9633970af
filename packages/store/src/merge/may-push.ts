/** The answer to a push: whoever is inside an attempt or a check may push what their `fleet bd` may do, and nothing else. Pure. */
import { isObject } from "@fleet/kit/is-object";

import { type Answer, mayChange, mayConfigure, mayQueue, maySweep, together, type Who } from "../inside.ts";
import type { Issue } from "../issue.ts";
import type { Meta } from "../meta.ts";
import { shardOf } from "../shard.ts";
import { canonical } from "./canonical.ts";
import { mergeRecord, withMergeRecord } from "./record.ts";

/** What a push changes, decoded. */
export interface Pushed {
  readonly issues: readonly { readonly before: Issue | undefined; readonly after: Issue }[];
  readonly meta: { readonly before: Meta; readonly after: Meta } | undefined;
  readonly memories: boolean;
  /** config.yaml. */
  readonly settings: boolean;
  /** How many issues become tombstones. */
  readonly deleted: number;
  /** Lines that can't be read are not there any more. */
  readonly mended: boolean;
}

export interface Pusher {
  readonly who: Who;
  /** The task of an attempt that pushes, as it stood. */
  readonly own: Issue | undefined;
}

/** The answer to each part, by where it stands. */
export function mayPush({ who, own }: Pusher, pushed: Pushed): (readonly [where: string, answer: Answer])[] {
  const { issues, meta, memories, settings } = pushed;
  return [
    ...issues.map(
      ({ before, after }) =>
        [`issues/${shardOf(after.id)}.jsonl: ${after.id}`, mayReplace(who, before, after, own)] as const,
    ),
    ...(memories ? [["memories.jsonl", mayQueue(who, { kind: "remember" })] as const] : []),
    ...(meta === undefined ? [] : [["meta.json", mayConfigure(who, meta.before, meta.after)] as const]),
    ...(settings
      ? [["config.yaml", mayQueue(who, { kind: "configure", names: ["the fleet's settings"] })] as const]
      : []),
    ["issues", maySweep(who, pushed)],
  ];
}

/** But for where its directory is, which comes with a new issue and goes with it, and can only keep it from starting (claims.ts). */
const placeless = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { place: _place, ...rest } = record;
  return rest;
};

/** fleet's record no verb writes; what merging notes beside it (when a field was edited) a merge in the clone does. */
function mayReplace(who: Who, before: Issue | undefined, after: Issue, own: Issue | undefined): Answer {
  const record = (issue: Issue | undefined): string => {
    const { rest = null } = issue === undefined ? { rest: {} } : mergeRecord(issue);
    const isWhole = before !== undefined && after.status !== "tombstone";
    return canonical(isWhole || !isObject(rest) ? rest : placeless(rest));
  };
  const { at, was, setAside } = mergeRecord(before ?? after);
  const answer = mayChange(who, before, withMergeRecord(after, { at, was, setAside }), own);
  if (who.kind !== "attempt" || record(before) === record(after)) return answer;
  return together([
    answer,
    {
      kind: "refused",
      why: "metadata.fleet is fleet's own record, and no attempt's to write",
      mend: `take that out of the push; fleet bd update ${after.id} … changes the issue and leaves that as it is`,
    },
  ]);
}
