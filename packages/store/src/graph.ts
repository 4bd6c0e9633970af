/**
 * Ready, deferred and blocked (as beads 1.0.5), over the live issues: what is closed or gone holds up nobody.
 * Pure; every answer is for the snapshot it was made from.
 */
import { closedEdges, liveDependents } from "./dependents.ts";
import { anyChildSuffices } from "./any-child.ts";
import type { Brief } from "./brief.ts";
import type { HeldHere } from "./held-here.ts";
import { isPinned, type Issue } from "./issue.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Hold, holdOf, isHeld, storedHolds } from "./hold.ts";
import { BLOCKING, isHolding, NOT_WORK, PARENT, WAITS_FOR } from "./status.ts";
import { byCodeUnit } from "./shard.ts";
import { millis, timeOf } from "./time.ts";

export const parentOf = (issue: Brief): string | undefined =>
  issue.dependencies?.find((edge) => edge.type === PARENT)?.depends_on_id;

/**
 * When an issue that was put off may be worked on, in milliseconds; undefined where it was not, or where that time is past.
 * Infinity: not before somebody says so. A date that can't be read is one nobody can wait for.
 */
function putOffUntil(issue: Brief, now: number): number | undefined {
  const { defer_until: date, status } = issue;
  if (date === undefined || date === "") return status === "deferred" ? Number.POSITIVE_INFINITY : undefined;
  const until = timeOf(date) ?? Number.POSITIVE_INFINITY;
  return until > now ? until : undefined;
}

export interface Deferral {
  /** Milliseconds; Infinity where no date ends it. */
  readonly until: number;
  /** The deferred issue: this one, or one above it. */
  readonly by: string;
}

/** True for what was put off to a date that has come: whatever set that date, the issue is as an open one is. */
export const isDue = (issue: Brief, now: number): boolean =>
  issue.status === "deferred" && putOffUntil(issue, now) === undefined;

export class Graph {
  readonly #snapshot: Snapshot;
  readonly #blocked = new Map<string, boolean>();
  #children: Map<string, { open: number; closed: number }> | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  #childrenOf(id: string): { readonly open: number; readonly closed: number } {
    // Asked about one issue (a close), the shards that may point at it are enough.
    if (!this.#snapshot.isLiveRead) {
      const closed = closedEdges(this.#snapshot).filter(([, parent, type]) => parent === id && type === PARENT);
      const open = liveDependents(this.#snapshot, id).filter(({ type }) => type === PARENT);
      return { open: open.length, closed: closed.length };
    }
    if (this.#children === undefined) {
      const counts = new Map<string, { open: number; closed: number }>();
      const at = (parent: string): { open: number; closed: number } => {
        const known = counts.get(parent) ?? { open: 0, closed: 0 };
        counts.set(parent, known);
        return known;
      };
      for (const issue of this.#snapshot.briefs.values()) {
        for (const edge of issue.dependencies ?? []) if (edge.type === PARENT) at(edge.depends_on_id).open++;
      }
      for (const [, parent, type] of closedEdges(this.#snapshot)) if (type === PARENT) at(parent).closed++;
      this.#children = counts;
    }
    return this.#children.get(id) ?? { open: 0, closed: 0 };
  }

  children(id: string): { readonly open: number; readonly closed: number } {
    return this.#childrenOf(id);
  }

  /** The issues that hold this one up directly, in the order of its edges: live ones, and those of which nothing is known. */
  blockers(issue: Brief): string[] {
    const found: string[] = [];
    for (const edge of issue.dependencies ?? []) {
      const target = this.#snapshot.brief(edge.depends_on_id);
      if (target === undefined) {
        if (edge.type !== PARENT && isHolding(edge.type) && this.#isUnknown(issue, edge.depends_on_id))
          found.push(edge.depends_on_id);
        continue;
      }
      if (BLOCKING.has(edge.type) && !isPinned(target)) found.push(target.id);
      if (edge.type === WAITS_FOR) {
        const { open, closed } = this.#childrenOf(target.id);
        if (open > 0 && !(anyChildSuffices(edge) && closed > 0)) found.push(target.id);
      }
    }
    return found;
  }

  /** For an issue that is not live: true if it is not known to be closed or deleted. */
  #isUnknown(waiting: Brief, id: string): boolean {
    if (this.#snapshot.isMissing(id) || this.#snapshot.trouble(id) !== undefined) return true;
    const holds = storedHolds(waiting);
    return holds !== "unknown" && holds.some((hold) => hold.ids.includes(id));
  }

  /**
   * What holds the issue itself, beside open issues: for whoever starts work, and for words about it. `here`: what this home
   * keeps beside the branch.
   */
  holds(issue: Brief, here?: HeldHere): Hold[] {
    const untrusted = holdOf(issue) ?? here?.hold(issue.id);
    return untrusted === undefined ? this.#edgeHolds(issue) : [...this.#edgeHolds(issue), untrusted];
  }

  #edgeHolds(issue: Brief): Hold[] {
    if (this.#snapshot.missing.size === 0 && issue.metadata === undefined) return [];
    const targets = (issue.dependencies ?? []).filter(({ type }) => isHolding(type)).map((edge) => edge.depends_on_id);
    const missing = targets.filter((id) => this.#snapshot.isMissing(id));
    const found: Hold[] = missing.length === 0 ? [] : [{ kind: "missing", ids: [...new Set(missing)] }];
    const stored = storedHolds(issue);
    if (stored === "unknown") return [...found, { kind: "unknown" }];
    for (const hold of stored) {
      // An edge that was removed holds nothing; neither does one to an issue that is there and holds by itself.
      const isLeft = (id: string): boolean =>
        targets.includes(id) && !missing.includes(id) && this.#snapshot.brief(id) === undefined;
      const ids = hold.ids.filter(isLeft);
      if (ids.length > 0) found.push({ kind: "dropped", ids });
    }
    return found;
  }

  /** Held up by an edge of its own, by a hold that is about one, or through its parents. */
  isBlocked(issue: Brief): boolean {
    // As most are.
    if (issue.dependencies === undefined) return storedHolds(issue) === "unknown";
    const known = this.#blocked.get(issue.id);
    if (known !== undefined) return known;
    // Set before the recursion, so that a cycle of parents (a hand edit) ends.
    this.#blocked.set(issue.id, false);
    const parent = parentOf(issue);
    const above = parent === undefined ? undefined : this.#snapshot.brief(parent);
    const held = (): boolean =>
      above === undefined ? parent !== undefined && this.#isUnknown(issue, parent) : this.isBlocked(above);
    const blocked = !isPinned(issue) && (this.blockers(issue).length > 0 || held() || storedHolds(issue) === "unknown");
    this.#blocked.set(issue.id, blocked);
    return blocked;
  }

  /** The ids that `bd blocked` names: the direct blockers, else the parent through which it is held up. */
  blockedBy(issue: Brief): string[] {
    const direct = this.blockers(issue);
    if (direct.length > 0) return direct;
    const parent = parentOf(issue);
    return parent !== undefined && this.isBlocked(issue) ? [parent] : [];
  }

  /** The latest defer date: its own, or that of any issue above it. */
  deferral(issue: Brief, now: number): Deferral | undefined {
    let longest: Deferral | undefined;
    // Parents in a circle are a hand edit.
    const seen = new Set<string>();
    for (let at: Brief | undefined = issue; at !== undefined && !seen.has(at.id);) {
      seen.add(at.id);
      const until = putOffUntil(at, now);
      if (until !== undefined && until > (longest?.until ?? now)) longest = { until, by: at.id };
      const parent = parentOf(at);
      at = parent === undefined ? undefined : this.#snapshot.brief(parent);
    }
    return longest;
  }

  isReady(issue: Brief, options: ReadyOptions): boolean {
    if (this.#isUntrusted(issue, options)) return false;
    return this.#isReadyOnceTrusted(issue, options);
  }

  #isUntrusted(issue: Brief, options: ReadyOptions): boolean {
    return isHeld(issue) || options.held?.has(issue.id) === true;
  }

  #isReadyOnceTrusted(issue: Brief, options: ReadyOptions): boolean {
    if ((issue.status !== "open" && issue.status !== "deferred") || issue.pinned === true) return false;
    if (issue.ephemeral === true && options.includeEphemeral !== true) return false;
    if (issue.is_template === true) return false;
    if (NOT_WORK.has(issue.issue_type) && !(options.types ?? []).includes(issue.issue_type)) return false;
    if (options.includeDeferred !== true && this.deferral(issue, options.now) !== undefined) return false;
    return !this.isBlocked(issue);
  }

  /** Issues that would be ready if somebody trusted them. */
  untrusted(options: ReadyOptions): Issue[] {
    return [...this.#snapshot.live.values()].filter(
      (issue) => this.#isUntrusted(issue, options) && this.#isReadyOnceTrusted(issue, options),
    );
  }

  /** Every ready issue, in no order. */
  ready(options: ReadyOptions): Issue[] {
    return [...this.#snapshot.live.values()].filter((issue) => this.isReady(issue, options));
  }

  /** As `ready`, in brief: where few of them are wanted in the end. */
  readyBriefs(options: ReadyOptions): Brief[] {
    return [...this.#snapshot.briefs.values()].filter((issue) => this.isReady(issue, options));
  }

  /** Open issues that wait for something else than an open issue or a person's trust. */
  held(): Brief[] {
    return [...this.#snapshot.briefs.values()].filter(
      (issue) => issue.status === "open" && this.#edgeHolds(issue).length > 0,
    );
  }

  /** Every issue that is held up (not those of status blocked), most urgent first, then newest. */
  blocked(): Issue[] {
    return [...this.#snapshot.live.values()].filter((issue) => this.isBlocked(issue)).sort(byPriority);
  }
}

export interface ReadyOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly includeDeferred?: boolean;
  readonly includeEphemeral?: boolean;
  /** Issues that wait to be trusted by this home (held-here.ts). */
  readonly held?: HeldHere;
  /** Types that were asked for by name. */
  readonly types?: readonly string[];
}

const second = (time: string): number => Math.floor(millis(time) / 1000);

/** The key of bd's order. */
export type Place = Pick<Brief, "id" | "priority" | "created_at">;

/** bd's order: priority, newest first, id. bd's times have whole seconds, so within one the id decides. */
export function byPriority(a: Place, b: Place): number {
  return a.priority - b.priority || second(b.created_at) - second(a.created_at) || byCodeUnit(a.id, b.id);
}

export function byAge(a: Brief, b: Brief): number {
  return second(a.created_at) - second(b.created_at) || byCodeUnit(a.id, b.id);
}

/**
 * The first so many in this order (0: all of them). Of 2 000 that are ready ten are wanted, or one: sorting all took 16 ms
 * of a cold process, mostly over their times.
 */
export function first<T>(issues: readonly T[], order: (a: T, b: T) => number, limit: number): T[] {
  if (limit <= 0 || limit >= issues.length) return [...issues].sort(order);
  const found: T[] = [];
  for (const issue of issues) {
    const last = found[limit - 1];
    if (last !== undefined && order(issue, last) >= 0) continue;
    let [from, to] = [0, found.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const there = found[middle];
      if (there !== undefined && order(there, issue) <= 0) from = middle + 1;
      else to = middle;
    }
    found.splice(from, 0, issue);
    if (found.length > limit) found.pop();
  }
  return found;
}

const HYBRID_WINDOW = 48 * 3600 * 1000;

/** Issues of the last 48 hours by priority, then the older ones; each oldest first. */
export function hybrid(now: number): (a: Brief, b: Brief) => number {
  const recent = (issue: Brief): boolean => now - millis(issue.created_at) < HYBRID_WINDOW;
  return (a, b) => {
    if (recent(a) !== recent(b)) return recent(a) ? -1 : 1;
    return recent(a) ? a.priority - b.priority || byAge(a, b) : byAge(a, b);
  };
}

/** fleet's own order for dispatch: priority, then oldest first to the millisecond, because a queue must not starve. */
export function byDispatch(a: Brief, b: Brief): number {
  return a.priority - b.priority || millis(a.created_at) - millis(b.created_at) || byCodeUnit(a.id, b.id);
}
