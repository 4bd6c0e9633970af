/**
 * Issues of an import that must not start: an edge that would make an issue wait for itself is left out, and an issue that waits for a
 * missing one is held.
 */
import { isLive, type Issue } from "@fleet/store/issue";
import { storedHolds, withHolds } from "@fleet/store/hold";
import { loopsIn } from "@fleet/store/loops";
import { holdsWithout } from "@fleet/store/ops/edges";
import type { Snapshot } from "@fleet/store/snapshot";
import { isExternal, isHolding } from "@fleet/store/status";
import { type Loop, loopText } from "@fleet/store/waits";

import type { BadLine } from "./import-rows.ts";
import type { Accepted as Row } from "./import-terms.ts";

export interface Held {
  readonly id: string;
  readonly waitsFor: readonly string[];
}

/** The rows that change something, without those left out because they would wait for themselves. */
export function withoutLoops(
  snapshot: Snapshot,
  changed: readonly Issue[],
  rows: ReadonlyMap<string, Row>,
): { readonly changed: readonly Issue[]; readonly bad: readonly BadLine[] } {
  const left = new Map(changed.map((issue) => [issue.id, issue]));
  const places = new Map([...rows.keys()].map((id, at) => [id, at]));
  const bad: BadLine[] = [];
  const isNews = ({ from, to, type }: Loop["edges"][number]): boolean =>
    left.has(from) &&
    snapshot.liveIssue(from)?.dependencies?.some((edge) => edge.depends_on_id === to && edge.type === type) !== true;
  for (;;) {
    // Of each cycle the last row that brings an edge of it is left out; a cycle that was here before is doctor's.
    const closing = loopsIn(snapshot, [...left.values()]).flatMap((loop) => {
      const froms = loop.edges.filter(isNews).map(({ from }) => from);
      const [last] = froms.sort((a, b) => (places.get(b) ?? 0) - (places.get(a) ?? 0));
      return last === undefined ? [] : [{ id: last, loop }];
    });
    if (closing.length === 0) return { changed: [...left.values()], bad };
    for (const { id, loop } of closing) {
      if (!left.delete(id)) continue;
      const why = `validation failed for issue ${id}: its dependencies would close a cycle: ${loopText(loop)}`;
      bad.push({ where: rows.get(id)?.candidate.where ?? id, why, id });
    }
  }
}

/** The issue's edges to missing issues and to rows left out. */
export function heldOf(
  snapshot: Snapshot,
  issue: Issue,
  isNew: (id: string) => boolean,
  dropped: ReadonlySet<string>,
): { readonly issue: Issue; readonly held: Held | undefined } {
  const targets = isLive(issue)
    ? (issue.dependencies ?? []).filter((edge) => isHolding(edge.type) && !isExternal(edge.depends_on_id))
    : [];
  const ids = new Set(targets.map((edge) => edge.depends_on_id).filter((to) => !isNew(to)));
  const missing = [...ids].filter((to) => snapshot.line(to) === undefined);
  // A dependency that is live here blocks by itself; a closed one may have been reopened in the row left out.
  const lost = [...ids].filter(
    (to) => dropped.has(to) && !missing.includes(to) && snapshot.liveIssue(to) === undefined,
  );
  const stored = storedHolds(issue);
  const known = stored === "unknown" ? [] : stored.flatMap((hold) => hold.ids).filter((to) => ids.has(to));
  const kept = [...new Set([...known, ...lost])];
  const waitsFor = [...missing, ...kept];
  const held = waitsFor.length === 0 ? undefined : { id: issue.id, waitsFor };
  if (lost.length === 0) return { issue, held };
  const { metadata: _metadata, ...rest } = issue;
  const metadata = withHolds(issue, [{ kind: "dropped", ids: kept }]);
  return { issue: metadata === undefined ? rest : { ...rest, metadata }, held };
}

/** Live issues that an earlier import held because of rows that are valid now. */
export function released(snapshot: Snapshot, ids: ReadonlySet<string>, isLeft: (id: string) => boolean): Issue[] {
  return [...snapshot.briefs.values()].flatMap((brief) => {
    if (brief.metadata === undefined || isLeft(brief.id)) return [];
    const issue = snapshot.liveIssue(brief.id);
    return issue === undefined ? [] : endedHolds(issue, ids);
  });
}

/** The issue without its holds for these ids; undefined if it has none. */
export function endedHolds(issue: Issue, ids: ReadonlySet<string>): Issue[] {
  const change = holdsWithout(issue, ids);
  if (!("metadata" in change)) return [];
  const { metadata: _metadata, ...rest } = issue;
  return [change.metadata === undefined ? rest : { ...rest, metadata: change.metadata }];
}
