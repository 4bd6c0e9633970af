/** The store as it is at one commit. Issues that are not in the derived part are read from their shard when asked for. */
import { type Brief, type Derived, closedAtHand, holdsLive, isAtHand, type Part } from "./derived.ts";
import { type ClosedPart, closedPartOf, type Group } from "./closed-parts.ts";
import { StoreError } from "./errors.ts";
import { shellWord } from "@fleet/kit/shell";
import type { TreeEntry } from "./git/tree.ts";
import { LAST_CHILD } from "./ids.ts";
import type { Issue } from "./issue.ts";
import type { Memories } from "./memories.ts";
import type { Meta } from "./meta.ts";
import { resolve, type Resolved } from "./resolve.ts";
import { closedOf, mayHold, rootId, shardOf, SHARD_NAMES, type Problem, type Shard } from "./shard.ts";

/** Reads the contents behind a derived frame; in git, or in memory for tests. */
export interface Source {
  readonly shards: (names: readonly string[]) => (Shard | StoreError)[];
  /** Where the home's git is, for the commands that mend. */
  readonly gitDir?: string;
  readonly memories: () => Memories;
  /** The ids in these shards, deleted ones left out, a space between; where that is known without reading them. */
  readonly ids?: (names: readonly string[]) => readonly string[];
  /** What is kept of the closed issues of those of these shards that can be read; where that is known without reading them. */
  readonly closed?: (names: readonly string[]) => readonly ClosedPart[];
}

/** A line that is in the way, and what a person runs to mend it. */
export interface Trouble extends Problem {
  readonly mend: string;
}

/** What is said of an issue that can't be known. */
export function unknown(id: string, trouble: Trouble): StoreError {
  const { file, line, column, reason, mend } = trouble;
  const where = line === 0 ? file : `${file}:${line}${column === undefined ? "" : `:${column}`}`;
  return new StoreError("unreadable", `${id} is unknown: ${where}: ${reason}`, { where, mend });
}

export class Snapshot {
  readonly derived: Derived;
  readonly #source: Source;
  readonly #shards = new Map<string, Shard | StoreError>();
  #live: Map<string, Issue> | undefined;
  #briefs: Map<string, Brief> | undefined;
  #missing: ReadonlySet<string> | undefined;
  /** Where each live issue is, once all briefs were read: a shard's name by its id is a SHA-256 (3 ms for 90 in cold code). */
  readonly #partOf = new Map<string, Part>();

  constructor(derived: Derived, source: Source) {
    this.derived = derived;
    this.#source = source;
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
    const dir = this.#source.gitDir;
    const git = dir === undefined ? "~/.fleet/.git" : shellWord(dir);
    const mend = ({ file, line }: Problem): string =>
      line === 0
        ? `git --git-dir=${git} fsck  # a copy of the home (a clone, a backup) can give the file back: git --git-dir=${git} fetch COPY`
        : `git clone ${git} fleet-clone && cd fleet-clone && \${EDITOR:-vi} +${line} ${file} && git commit -am 'mend ${file}' && git push`;
    return this.#parts().flatMap((part) => part.problems.map((problem) => ({ ...problem, mend: mend(problem) })));
  }

  /** The trouble that stands between this id and its issue, if there is any: the issue is then unknown, not absent. */
  trouble(id: string): Trouble | undefined {
    const name = shardOf(id);
    const part = this.derived.parts[name];
    if (part === undefined || this.liveIssue(id) !== undefined || part.problems.length === 0) return undefined;
    const shard = this.#load([name])[0];
    const here = this.problems.filter((problem) => problem.file === `issues/${name}.jsonl`);
    if (part.lost === true || shard === undefined || shard instanceof StoreError) return here[0];
    if (shard.byId.has(id)) return undefined;
    const wanted = id.toLowerCase();
    return here.find((p) => p.id?.toLowerCase() === wanted) ?? here.find((p) => p.id === undefined);
  }

  /** True for an id that a live issue waits for and of which there is no line here, not even of a deleted issue. */
  isMissing(id: string): boolean {
    return this.missing.has(id);
  }

  get missing(): ReadonlySet<string> {
    this.#missing ??= new Set(this.#parts().flatMap((part) => part.missing ?? []));
    return this.#missing;
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
    const shard = this.#load([shardOf(id)])[0];
    const found = shard === undefined || shard instanceof StoreError ? undefined : shard.byId.get(id);
    return found?.status === "tombstone" ? undefined : found;
  }

  /** As `issue`, a tombstone too. */
  line(id: string): Issue | undefined {
    return this.shard(shardOf(id)).byId.get(id);
  }

  /** The shard by its two digits. Throws when git can't give it: what can't be read is not absent. */
  shard(name: string): Shard {
    const [shard] = this.#load([name]);
    if (shard === undefined) throw new StoreError("unreadable", `issues/${name}.jsonl was not read`);
    if (shard instanceof StoreError) throw shard;
    return shard;
  }

  /** As `shard`, undefined for what git can't give: for where nothing is decided by it. */
  readable(name: string): Shard | undefined {
    const [shard] = this.#load([name]);
    return shard instanceof StoreError ? undefined : shard;
  }

  #load(names: readonly string[]): (Shard | StoreError)[] {
    const missing = names.filter((name) => !this.#shards.has(name));
    if (missing.length > 0) {
      const read = this.#source.shards(missing);
      missing.forEach((name, index) => {
        const shard = read[index];
        if (shard !== undefined) this.#shards.set(name, shard);
      });
    }
    return names.flatMap((name) => this.#shards.get(name) ?? []);
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
    this.#load(names.filter((name) => this.#isToBeRead(name)));
  }

  /** False for a shard that is left out, too: it is empty. */
  #isToBeRead(name: string): boolean {
    const part = this.derived.parts[name];
    return part !== undefined && !isAtHand(part);
  }

  lines(): Issue[] {
    return this.#load(SHARD_NAMES).flatMap((shard) => (shard instanceof StoreError ? [] : [...shard.byId.values()]));
  }

  /** How many top-level ids carry the home's prefix. */
  get topLevelCount(): number {
    return this.#parts().reduce((sum, part) => sum + part.sum.top, 0);
  }

  get closedCount(): number {
    return this.#parts().reduce((sum, part) => sum + part.sum.closed, 0);
  }

  get leadMillis(): number {
    return this.#parts().reduce((sum, part) => sum + part.sum.leadMillis, 0);
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

  /** The highest child number ever given out under this parent, 0 for none. Tombstones count, so numbers are not reused. */
  lastChild(parent: string): number {
    const shard = this.shard(shardOf(rootId(parent)));
    const start = `${parent}.`.toLowerCase();
    let last = 0;
    for (const id of [...shard.byId.keys(), ...shard.problems.flatMap((problem) => problem.id ?? [])]) {
      if (!id.toLowerCase().startsWith(start)) continue;
      const number = /^\d+/.exec(id.slice(start.length))?.[0];
      // An id from elsewhere may end in any number of digits: one that nobody counts up to takes no other number away.
      if (Number(number) < LAST_CHILD) last = Math.max(last, Number(number));
    }
    return last;
  }

  /** What an argument means (resolve.ts). */
  resolve(argument: string): Resolved {
    return resolve(this, argument);
  }

  /** The ids, of any status but deleted, in which this stands, in any case of letters; and perhaps others. */
  idsWith(text: string): string[] {
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
    return [...new Set([...here, ...known].flatMap((ids) => (ids.toLowerCase().includes(text) ? ids.split(" ") : [])))];
  }

  /** What is kept of the closed issues of each shard that can be read. */
  closedParts(): readonly ClosedPart[] {
    const few = this.#parts().flatMap((part) => closedAtHand(part) ?? []);
    const names = Object.keys(this.derived.parts).filter((name) => this.#isToBeRead(name));
    return [closedPartOf(few), ...(this.#source.closed?.(names) ?? this.closedIn(names).map(closedPartOf))];
  }

  /** How many closed issues are in each group, without reading them. */
  closedTally(group: Group): ReadonlyMap<string | null, number> {
    const counts = new Map<string | null, number>();
    for (const part of this.closedParts())
      for (const [one, count] of part.tallies[group]) counts.set(one, (counts.get(one) ?? 0) + count);
    return counts;
  }

  /** As `peek`, of many: what is to be read is read in one go. */
  peekAll(ids: readonly string[]): Issue[] {
    this.readAhead([...new Set(ids.filter((id) => this.liveIssue(id) === undefined).map(shardOf))]);
    return ids.flatMap((id) => this.peek(id) ?? []);
  }

  memories(): Memories {
    return this.#source.memories();
  }

  /** The tree's entry of this name at the top. */
  rootEntry(name: string): TreeEntry | undefined {
    return this.derived.root.find((entry) => entry.name === name);
  }
}
