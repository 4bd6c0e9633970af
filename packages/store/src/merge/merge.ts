/** Two homes' states and the one both came from → one state, and what is worth saying about it. Pure. */
import { encodeIssue, type Issue } from "../issue.ts";
import type { Memories } from "../memories.ts";
import type { Meta } from "../meta.ts";
import { shardOf } from "../shard.ts";
import { childrenIn } from "../waits.ts";
import type { Line } from "./identity.ts";
import { lostLine } from "./lost.ts";
import { mend } from "./mend.ts";
import { mergeMemories, mergeMeta } from "./memories.ts";
import type { Note } from "./merge-lines.ts";
import { mergeShards, type MergedShards, type Shards } from "./merge-shards.ts";
import { mergeRecord } from "./record.ts";

/** A commit's content, as far as the three differ. */
export interface State {
  readonly shards: Shards;
  readonly memories: Memories;
  readonly meta: Meta;
}

export interface Merged {
  readonly shards: Pick<MergedShards, "lines" | "kept">;
  /** Shards that the mending touched although no side differed in them. */
  readonly further: ReadonlySet<string>;
  readonly memories: Memories;
  readonly meta: Meta;
  readonly notes: readonly Note[];
  /** Issues that differed, and those changed on both sides. */
  readonly changed: number;
  readonly both: number;
}

/** Every edge's text; two sides that both brought some may have closed a cycle. */
const edgesOf = (shards: Shards): Set<string> =>
  new Set(
    [...shards.values()].flatMap((shard) =>
      [...shard.byId.values()].flatMap((issue) =>
        [...(issue.dependencies ?? []), ...mergeRecord(issue).setAside].map((edge) =>
          JSON.stringify([edge.issue_id, edge.depends_on_id, edge.type]),
        ),
      ),
    ),
  );

const bringsEdges = (base: ReadonlySet<string>, side: Shards): boolean =>
  [...edgesOf(side)].some((edge) => !base.has(edge));

const hasSetAside = (shards: Shards): boolean =>
  [...shards.values()].some((shard) =>
    [...shard.byId.values()].some((issue) => mergeRecord(issue).setAside.length > 0),
  );

/** What is the same on all sides. */
export interface Elsewhere {
  readonly issue: (id: string) => Issue | undefined;
  /** All of it; asked for only where a loop may run through the parts of an issue. */
  readonly all: () => Iterable<Issue>;
}

/** The children of an issue, whichever line says so; found out when first asked. */
function childrenAmong(lines: ReadonlyMap<string, Line>, elsewhere: Elsewhere): (id: string) => readonly string[] {
  let known: ReadonlyMap<string, readonly string[]> | undefined;
  return (id) => {
    known ??= childrenIn([...[...lines.values()].map(({ issue }) => issue), ...elsewhere.all()]);
    return known.get(id) ?? [];
  };
}

/** `base` is undefined where the two have no history in common. */
export function mergeStates(base: State | undefined, ours: State, theirs: State, elsewhere: Elsewhere): Merged {
  const before: Shards = base?.shards ?? new Map();
  const merged = mergeShards(before, ours.shards, theirs.shards);
  const lines = new Map<string, Line>(merged.lines);
  const edges = edgesOf(before);
  // What was set aside is looked at again, whatever became of its line.
  const isCyclic =
    hasSetAside(ours.shards) ||
    hasSetAside(theirs.shards) ||
    (bringsEdges(edges, ours.shards) && bringsEdges(edges, theirs.shards));
  const changed = [...merged.changed].flatMap((id) => lines.get(id)?.issue ?? []);
  const lookup = (id: string): Issue | undefined => lines.get(id)?.issue ?? elsewhere.issue(id);
  const mended = mend(changed, lookup, childrenAmong(lines, elsewhere), isCyclic);
  const further = new Set<string>();
  for (const issue of mended.issues) {
    if (!lines.has(issue.id)) further.add(shardOf(issue.id));
    lines.set(issue.id, { issue, raw: encodeIssue(issue) });
  }
  const memories = mergeMemories(base?.memories ?? { values: new Map(), kept: [] }, ours.memories, theirs.memories);
  const meta = mergeMeta(base?.meta, ours.meta, theirs.meta);
  const said = [...memories.said, ...meta.said].map((text): Note => ({ kind: "file", text }));
  return {
    shards: { lines, kept: merged.kept },
    further,
    memories: memories.merged,
    meta: meta.merged,
    notes: [...merged.notes, ...mended.notes, ...said],
    changed: merged.changed.size,
    both: merged.both,
  };
}

/** A note as a line of the commit's message. */
export function noteLine(note: Note): string {
  switch (note.kind) {
    case "lost":
      return lostLine(note.id, note.lost);
    case "renamed":
      return `${note.from} was created on both sides: one of them is ${note.to} now`;
    case "kept":
      return `${note.id} was gone from one side without a tombstone: kept (fleet bd delete ${note.id} --force deletes)`;
    case "set-aside":
      return `${note.id} → ${note.target} set aside: ${note.why}`;
    case "file":
      return note.text;
  }
}
