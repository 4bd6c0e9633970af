/** The store as it is at one commit. Issues that are not in the derived part are read from their shard when asked for. */
import type { Brief } from "./brief.ts";
import { type Derived, closedAtHand, holdsLive, isAtHand, type Part } from "./derived.ts";
import { type ClosedPart, closedPartOf } from "./closed-parts.ts";
import { StoreError } from "./errors.ts";
import type { TreeEntry } from "./git/tree.ts";
import type { Issue } from "./issue.ts";
import type { Meta } from "./meta.ts";
import { resolve, type Resolved } from "./resolve.ts";
import { closedOf, mayHold, shardOf, SHARD_NAMES, type Shard } from "./shard.ts";
import { ShardsRead } from "./shards-read.ts";
import { type Trouble, unknown, withMending } from "./trouble.ts";

/** Reads the contents behind a derived frame; in git, or in memory for tests. */
export interface Source {
  readonly shards: (names: readonly string[]) => (Shard | StoreError)[];
  /** Where the home's git is, for the commands that mend. */
  readonly gitDir?: string;
  /** What stands in memories.jsonl. */
  readonly memories: () => string;
  /** The ids in these shards, deleted ones left out, a space between; where that is known without reading them. */
  readonly ids?: (names: readonly string[]) => readonly string[];
  /** What is kept of the closed issues of those of these shards that can be read; where that is known without reading them. */
  readonly closed?: (names: readonly string[]) => readonly ClosedPart[];
}

export class Snapshot {
  readonly derived: Derived;
  readonly #source: Source;
  readonly #shards: ShardsRead;
  #live: Map<string, Issue> | undefined;
  #briefs: Map<string, Brief> | undefined;
  #missing: ReadonlySet<string> | undefined;
  /** Read once: a command may name many issues by parts of their ids. */
  #ids: readonly string[] | undefined;
  /** Where each live issue is, once all briefs were read: a shard's name by its id is a SHA-256 (3 ms for 90 in cold code). */
  readonly #partOf = new Map<string, Part>();

  constructor(derived: Derived, source: Source) {
    this.derived = derived;
    this.#source = source;
    this.#shards = new ShardsRead((names) => source.shards(names));
  }

  get tip(): string {
    return this.derived.tip;
  }

  get meta(): Meta {
    return this.derived.meta;
  }

  /** Every issue that is neither closed nor deleted, by id. */
  get live(): ReadonlyMap<string, Issue> {
    if (this.#live === undefined) {
      this.#live = new Map();
      for (const part of this.#parts()) for (const issue of part.live.values) this.#live.set(issue.id, issue);
    }
    return this.#live;
  }

  /** What of every live issue tells whether it is ready, by id; the issues themselves where they were read already. */
  get briefs(): ReadonlyMap<string, Brief> {
    if (this.#live !== undefined) return this.#live;
    if (this.#briefs === undefined) {
      this.#briefs = new Map();
      for (const part of this.#parts()) {
        for (const brief of part.briefs.values) {
          this.#briefs.set(brief.id, brief);
          this.#partOf.set(brief.id, part);
        }
      }
    }
    return this.#briefs;
  }

  /** True once something was read of all live issues, so that to go over them costs no more than to look for some. */
  get isLiveRead(): boolean {
    return this.#live !== undefined || this.#briefs !== undefined;
  }

  /** As `briefs.get(id)`, without reading something of all that are live. */
  brief(id: string): Brief | undefined {
    return this.#live === undefined && this.#briefs !== undefined ? this.#briefs.get(id) : this.liveIssue(id);
  }

  /** As `live.get(id)`, without reading all that are live. */
  liveIssue(id: string): Issue | undefined {
    if (this.#live !== undefined) return this.#live.get(id);
    const part = this.#briefs === undefined ? this.derived.parts[shardOf(id)] : this.#partOf.get(id);
    if (part === undefined || !holdsLive(part, id)) return undefined;
    return part.live.values.find((issue) => issue.id === id);
  }

  /** Lines that are in the way, and shards that can't be read. */
  get problems(): Trouble[] {
    return withMending(
      this.#parts().flatMap((part) => part.problems),
      this.#source.gitDir,
    );
  }

  /** The trouble that stands between this id and its issue, if there is any: the issue is then unknown, not absent. */
  trouble(id: string): Trouble | undefined {
    const name = shardOf(id);
    const part = this.derived.parts[name];
    if (part === undefined || this.liveIssue(id) !== undefined || part.problems.length === 0) return undefined;
    const shard = this.readable(name);
    const here = this.problems.filter((problem) => problem.file === `issues/${name}.jsonl`);
    if (part.lost === true || shard === undefined) return here[0];
    if (shard.byId.has(id)) return undefined;
    const wanted = id.toLowerCase();
    return here.find((p) => p.id?.toLowerCase() === wanted) ?? here.find((p) => p.id === undefined);
  }

  /** True for an id that a live issue waits for and of which there is no line here, not even of a deleted issue. */
  isMissing(id: string): boolean {
    return this.missing.has(id);
  }

  get missing(): ReadonlySet<string> {
    return (this.#missing ??= new Set(this.#parts().flatMap((part) => part.missing ?? [])));
  }

  #parts(): Part[] {
    return Object.values(this.derived.parts);
  }

  /** The issue by its exact id, tombstones left out, where its whole shard is at hand. */
  #atHand(id: string): Issue | undefined | "to be read" {
    const live = this.liveIssue(id);
    if (live !== undefined) return live;
    const part = this.derived.parts[shardOf(id)];
    // A shard that is left out is empty.
    if (part === undefined) return undefined;
    const closed = part.problems.length === 0 ? closedAtHand(part) : undefined;
    return closed === undefined ? "to be read" : closed.find((issue) => issue.id === id);
  }

  /** The issue by its exact id, tombstones left out. Throws where it is unknown: its line can't be decoded, its shard not read. */
  issue(id: string): Issue | undefined {
    const known = this.#atHand(id);
    if (known !== "to be read") return known;
    const found = this.line(id);
    if (found === undefined) {
      const trouble = this.trouble(id);
      if (trouble?.id !== undefined) throw unknown(id, trouble);
    }
    return found?.status === "tombstone" ? undefined : found;
  }

  /** As `issue`, undefined too for what is unknown: for showing, never for deciding. */
  peek(id: string): Issue | undefined {
    const known = this.#atHand(id);
    if (known !== "to be read") return known;
    const found = this.readable(shardOf(id))?.byId.get(id);
    return found?.status === "tombstone" ? undefined : found;
  }

  /** As `issue`, a tombstone too. */
  line(id: string): Issue | undefined {
    return this.shard(shardOf(id)).byId.get(id);
  }

  /** The shard by its two digits. Throws when git can't give it: what can't be read is not absent. */
  shard(name: string): Shard {
    return this.#shards.one(name);
  }

  /** As `shard`, undefined for what git can't give: for where nothing is decided by it. */
  readable(name: string): Shard | undefined {
    return this.#shards.readable(name);
  }

  /** Every issue, closed ones too, tombstones not; shards that can't be read are left out (`problems` names them). */
  all(): Issue[] {
    const { parts } = this.derived;
    const names = SHARD_NAMES.filter((name) => parts[name] !== undefined);
    const closed = this.closedIn(names);
    return names.flatMap((name, at) => [...(parts[name]?.live.values ?? []), ...(closed[at] ?? [])]);
  }

  /** The closed issues of each of these shards; none where they can't be read. */
  closedIn(names: readonly string[]): (readonly Issue[])[] {
    this.readAhead(names);
    return names.map((name) => {
      const part = this.derived.parts[name];
      if (part === undefined) return [];
      const known = closedAtHand(part);
      if (known !== undefined) return known;
      const shard = this.readable(name);
      return shard === undefined ? [] : closedOf(shard);
    });
  }

  /** Reads those of these shards that are not at hand in one go, so that git is asked once. */
  readAhead(names: readonly string[]): void {
    this.#shards.all(names.filter((name) => this.#isToBeRead(name)));
  }

  /** False for a shard that is left out, too: it is empty. */
  #isToBeRead(name: string): boolean {
    const part = this.derived.parts[name];
    return part !== undefined && !isAtHand(part);
  }

  lines(): Issue[] {
    return this.#shards
      .all(SHARD_NAMES)
      .flatMap((shard) => (shard instanceof StoreError ? [] : [...shard.byId.values()]));
  }

  /** How many top-level ids carry the home's prefix. */
  get topLevelCount(): number {
    return this.#sum("top");
  }

  get closedCount(): number {
    return this.#sum("closed");
  }

  get leadMillis(): number {
    return this.#sum("leadMillis");
  }

  #sum(of: keyof Part["sum"]): number {
    return this.#parts().reduce((sum, part) => sum + part.sum[of], 0);
  }

  /** True when a line of this id, in any case of letters, is there; a tombstone keeps its id taken. */
  taken(id: string): boolean {
    return mayHold(this.shard(shardOf(id)), id);
  }

  /** The id as it was written, where the issue of this id, in any case of letters, was deleted; undefined where none was. */
  deleted(id: string): string | undefined {
    const wanted = id.toLowerCase();
    const lines = this.readable(shardOf(id))?.byId.values() ?? [];
    for (const issue of lines) if (issue.status === "tombstone" && issue.id.toLowerCase() === wanted) return issue.id;
    return undefined;
  }

  /** A free id for a new issue: not taken, and in a shard that can be written. */
  free(id: string): boolean {
    return this.derived.parts[shardOf(id)]?.lost !== true && !this.taken(id);
  }

  /** What an argument means (resolve.ts). */
  resolve(argument: string): Resolved {
    return resolve(this, argument);
  }

  /** The ids, of any status but deleted, in which this stands, in any case of letters; and perhaps others. */
  idsWith(text: string): string[] {
    this.#ids ??= this.#idsOfAll();
    return [...new Set(this.#ids.flatMap((ids) => (ids.toLowerCase().includes(text) ? ids.split(" ") : [])))];
  }

  /** Of any status but deleted, several with a space between. */
  #idsOfAll(): string[] {
    const names = Object.keys(this.derived.parts);
    const known = this.#source.ids?.(names.filter((name) => this.#isToBeRead(name))) ?? [
      this.all()
        .map((issue) => issue.id)
        .join(" "),
    ];
    const here = this.#parts().flatMap((part) => {
      const closed = closedAtHand(part);
      return closed === undefined ? [] : [part.ids, ...closed.map(({ id }) => id)];
    });
    return [...here, ...known];
  }

  /** What is kept of the closed issues of each shard that can be read. */
  closedParts(): readonly ClosedPart[] {
    const few = this.#parts().flatMap((part) => closedAtHand(part) ?? []);
    const names = Object.keys(this.derived.parts).filter((name) => this.#isToBeRead(name));
    return [closedPartOf(few), ...(this.#source.closed?.(names) ?? this.closedIn(names).map(closedPartOf))];
  }

  /** As `peek`, of many: what is to be read is read in one go. */
  peekAll(ids: readonly string[]): Issue[] {
    this.readAhead([...new Set(ids.filter((id) => this.liveIssue(id) === undefined).map(shardOf))]);
    return ids.flatMap((id) => this.peek(id) ?? []);
  }

  /** What stands in memories.jsonl; memories.ts decodes it. */
  memoryLines(): string {
    return this.#source.memories();
  }

  /** The tree's entry of this name at the top. */
  rootEntry(name: string): TreeEntry | undefined {
    return this.derived.root.find((entry) => entry.name === name);
  }
}
