/**
 * What is derived from a commit so that reads need not look at every issue: the live issues in full, which closed ones
 * point at them, sums for the rest, and the tree's entries. Built whole, or from an older one and the shards that changed.
 */
import type { TreeEntry } from "./git/tree.ts";
import type { TreeBytes } from "./git/tree-bytes.ts";
import { type Brief, briefOf } from "./brief.ts";
import { isLive, type Issue } from "./issue.ts";
import { Kept } from "./kept.ts";
import { marksOf, mayPointAt, type Tally, tallyOf } from "./marks.ts";
import type { Meta } from "./meta.ts";
import { closedOf, type Problem, type Shard, shardOf } from "./shard.ts";
import { type EdgeType, isExternal, isHolding } from "./status.ts";
import { millis } from "./time.ts";

/** Sums over a shard's closed issues and tombstones. */
interface Sum {
  /** Top-level ids that carry the home's prefix, tombstones too: they lengthen new ids. */
  readonly top: number;
  readonly closed: number;
  /** Sum over closed issues of closed_at − created_at, in milliseconds. */
  readonly leadMillis: number;
}

/** An edge of a closed issue that points at a live one: [closed issue, live issue, type]. */
type ClosedEdge = readonly [from: string, to: string, type: EdgeType];

export interface Part {
  readonly sum: Sum;
  readonly live: Kept<Issue>;
  /** The same ones, in the same order. */
  readonly briefs: Kept<Brief>;
  /** The closed ones, where they are few (`FEW_CLOSED`): then nothing of the shard needs to be read. */
  readonly closed?: Kept<Issue>;
  /** The ids of the live ones, a space between. */
  readonly ids: string;
  /** Marks of every issue that a live one here points at: see `mayPointAt`. */
  readonly livePointsAt: string;
  readonly closedEdges: readonly ClosedEdge[];
  /** Marks of every issue that a closed one here points at, closed ones too. */
  readonly pointsAt: string;
  readonly problems: readonly Problem[];
  /** Ids that live issues here wait for and of which there is no line in any shard, not even of a deleted one. */
  readonly missing?: readonly string[];
  /** A count and hash of all ids in the shard, deleted ones too: tells whether one may have vanished. */
  readonly tally: Tally;
  /** Set when git could not give the shard: asked again at the next read. */
  readonly lost?: true;
}

export interface Derived {
  readonly tip: string;
  readonly root: readonly TreeEntry[];
  readonly issues: TreeBytes;
  readonly meta: Meta;
  /** By shard name; empty shards are left out. */
  readonly parts: Readonly<Record<string, Part>>;
}

/** True when there is no closed issue in the shard: those that are live are all there are, but for tombstones. */
const isAllLive = (part: Part): boolean => part.sum.closed === 0 && part.lost !== true;

/** The closed issues of a shard, where they are at hand. */
export const closedAtHand = (part: Part): readonly Issue[] | undefined => (isAllLive(part) ? [] : part.closed?.values);

/** True when every issue of the shard is at hand, but for tombstones. */
export const isAtHand = (part: Part): boolean => isAllLive(part) || part.closed !== undefined;

/** True when every shard could be read. */
export function isWhole(derived: Derived): boolean {
  return Object.values(derived.parts).every((known) => known.lost !== true);
}

const isTop = (id: string, prefix: string): boolean => id.startsWith(`${prefix}-`) && !id.includes(".");

function sumOf(shard: Shard, prefix: string): Sum {
  let top = 0;
  let closed = 0;
  let leadMillis = 0;
  for (const issue of shard.byId.values()) {
    if (isTop(issue.id, prefix)) top++;
    if (issue.status !== "closed") continue;
    closed++;
    if (issue.closed_at !== undefined) leadMillis += Math.max(0, millis(issue.closed_at) - millis(issue.created_at));
  }
  return { top, closed, leadMillis };
}

function edgesToLive(shard: Shard, isLiveId: (id: string) => boolean): ClosedEdge[] {
  const edges: ClosedEdge[] = [];
  for (const issue of shard.byId.values()) {
    if (issue.status !== "closed") continue;
    for (const edge of issue.dependencies ?? []) {
      if (isLiveId(edge.depends_on_id)) edges.push([issue.id, edge.depends_on_id, edge.type]);
    }
  }
  return edges;
}

const idsOf = (part: Part | undefined): readonly string[] =>
  part === undefined || part.ids === "" ? [] : part.ids.split(" ");

/** True when there is a live issue of just this id. */
export const holdsLive = (part: Part, id: string): boolean => ` ${part.ids} `.includes(` ${id} `);

/**
 * So many closed issues of a shard are kept, and no more than so many characters of them: a home of a thousand issues has
 * them all at hand, and one of 100 000 none. To read one from git costs 3 ms, or 9 where it is in a pack.
 */
const FEW_CLOSED = 4;
const FEW_CHARACTERS = 4096;

/** Undefined where there are none, or where they are to be read. */
function fewClosed(shard: Shard): Kept<Issue> | undefined {
  const closed = closedOf(shard);
  if (closed.length === 0 || closed.length > FEW_CLOSED || shard.problems.length > 0) return undefined;
  const kept = Kept.of(closed);
  return kept.json.length > FEW_CHARACTERS ? undefined : kept;
}

/**
 * True where a line may be gone from a shard. fleet takes none out; a hand edit can. `came`: ids that are live now and were
 * not before, be they new or reopened.
 */
function mayHaveLost(old: Part | undefined, shard: Shard, came: ReadonlySet<string>): boolean {
  if (old === undefined) return false;
  const isOld = ([count, hash]: Tally): boolean => count === old.tally[0] && hash === old.tally[1];
  const ids = [...shard.byId.keys()];
  return !isOld(tallyOf(ids)) && !isOld(tallyOf(ids.filter((id) => !came.has(id))));
}

/** The ids that live issues wait for, each once. */
function awaited(issues: Iterable<Brief>): Set<string> {
  const ids = new Set<string>();
  for (const issue of issues)
    for (const { depends_on_id: to, type } of issue.dependencies ?? [])
      if (isHolding(type) && !isExternal(to)) ids.add(to);
  return ids;
}

const liveOf = (shard: Shard): Issue[] => [...shard.byId.values()].filter(isLive);

export type Frame = Pick<Derived, "tip" | "root" | "issues" | "meta">;

/** From every shard of the commit. */
export function deriveWhole(frame: Frame, shards: readonly Shard[]): Derived {
  const live = new Set(shards.flatMap((shard) => liveOf(shard).map((issue) => issue.id)));
  const byName = new Map(shards.map((shard) => [shard.name, shard]));
  const isMissing = (id: string): boolean => !live.has(id) && byName.get(shardOf(id))?.byId.has(id) !== true;
  const parts: Record<string, Part> = {};
  for (const shard of shards) {
    if (shard.entries.length > 0 || shard.problems.length > 0)
      parts[shard.name] = part(shard, frame.meta.prefix, (id) => live.has(id), isMissing);
  }
  return { ...frame, parts };
}

function part(
  shard: Shard,
  prefix: string,
  isLiveId: (id: string) => boolean,
  isMissing: (id: string) => boolean,
): Part {
  const live = liveOf(shard);
  const closed = fewClosed(shard);
  const missing = [...awaited(live)].filter(isMissing);
  return {
    sum: sumOf(shard, prefix),
    live: Kept.of(live),
    briefs: Kept.of(live.map(briefOf)),
    ids: live.map((issue) => issue.id).join(" "),
    livePointsAt: marksOf(shard, isLive),
    closedEdges: edgesToLive(shard, isLiveId),
    pointsAt: marksOf(shard, (issue) => issue.status === "closed"),
    problems: shard.problems,
    tally: tallyOf(shard.byId.keys()),
    ...(missing.length === 0 ? {} : { missing }),
    ...(closed === undefined ? {} : { closed }),
    ...(shard.lost === true ? { lost: true } : {}),
  };
}

/** The live ids of all shards but these. */
const idsBeside = (derived: Derived, names: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(Object.entries(derived.parts).flatMap(([name, kept]) => (names.has(name) ? [] : idsOf(kept))));

/**
 * From an older one and the shards that differ. `unchanged` reads one of the others, for an issue that comes back (reopened,
 * or its line mended): closed issues of any shard may point at it. Undefined where only the whole tells.
 */
export function deriveFrom(
  old: Derived,
  frame: Frame,
  changed: readonly Shard[],
  unchanged: (name: string) => Shard | undefined,
): Derived | undefined {
  if (frame.meta.prefix !== old.meta.prefix) return undefined;
  const names = new Set(changed.map((shard) => shard.name));
  const before = new Set(changed.flatMap((shard) => idsOf(old.parts[shard.name])));
  const now = new Set(changed.flatMap((shard) => liveOf(shard).map((issue) => issue.id)));
  const came = [...now].filter((id) => !before.has(id));
  const left = new Set([...before].filter((id) => !now.has(id)));
  let beside: ReadonlySet<string> | undefined;
  const isLiveId = (id: string): boolean => now.has(id) || (beside ??= idsBeside(old, names)).has(id);
  const news = new Set(came);
  if (changed.some((shard) => mayHaveLost(old.parts[shard.name], shard, news))) return undefined;
  const byName = new Map(changed.map((shard) => [shard.name, shard]));
  const arrived = (id: string): boolean => byName.get(shardOf(id))?.byId.has(id) === true;
  const parts: Record<string, Part> = {};
  for (const name of Object.keys(old.parts)) {
    const before = old.parts[name];
    if (before === undefined || names.has(name)) continue;
    const kept = before.missing?.some(arrived) === true ? withoutMissing(before, arrived) : before;
    if (came.some((id) => mayPointAt(kept.pointsAt, id))) {
      const shard = unchanged(name);
      if (shard === undefined) return undefined;
      parts[name] = { ...kept, closedEdges: edgesToLive(shard, isLiveId) };
      continue;
    }
    const stays = left.size === 0 || !kept.closedEdges.some(([, to]) => left.has(to));
    parts[name] = stays ? kept : { ...kept, closedEdges: kept.closedEdges.filter(([, to]) => !left.has(to)) };
  }
  let isKnown = true;
  /** Whether there is a line of this id in any shard; reads one that did not change only for what is not live. */
  const isThere = (id: string): boolean => {
    if (isLiveId(id)) return true;
    const name = shardOf(id);
    if (!byName.has(name) && old.parts[name] === undefined) return false;
    const shard = byName.get(name) ?? unchanged(name);
    if (shard === undefined) isKnown = false;
    return shard?.byId.has(id) === true;
  };
  for (const shard of changed) {
    if (shard.entries.length === 0 && shard.problems.length === 0) continue;
    const was = old.parts[shard.name];
    const waited = awaited(was?.briefs.values ?? []);
    // Ids that were awaited before were looked up then: since, one may have arrived, and none has gone (`mayHaveLost`).
    const isMissing = (id: string): boolean =>
      waited.has(id) ? was?.missing?.includes(id) === true && !arrived(id) : !isThere(id);
    parts[shard.name] = part(shard, frame.meta.prefix, isLiveId, isMissing);
  }
  return isKnown ? { ...frame, parts } : undefined;
}

function withoutMissing(part: Part, isThere: (id: string) => boolean): Part {
  const { missing = [], ...rest } = part;
  const left = missing.filter((id) => !isThere(id));
  return left.length === 0 ? rest : { ...rest, missing: left };
}
