/** The store as it is at one commit. Issues that are not in the derived part are read from their shard when asked for. */
import type { Derived, Part } from "./derived.ts";
import { StoreError } from "./errors.ts";
import type { TreeEntry } from "./git/tree.ts";
import { isLive, type Issue } from "./issue.ts";
import type { Memories } from "./memories.ts";
import type { Meta } from "./meta.ts";
import { rootId, shardOf, SHARD_NAMES, type Problem, type Shard } from "./shard.ts";

/** Reads the contents behind a derived frame; in git, or in memory for tests. */
export interface Source {
  readonly shards: (names: readonly string[]) => (Shard | StoreError)[];
  readonly memories: () => Memories;
}

/** Which of several things a part of an id may mean. */
export type Resolved =
  | { readonly kind: "one"; readonly id: string }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly ids: readonly string[] };

export class Snapshot {
  readonly derived: Derived;
  readonly #source: Source;
  readonly #shards = new Map<string, Shard | StoreError>();
  #live: Map<string, Issue> | undefined;

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
      for (const part of this.#parts()) for (const issue of part.live) this.#live.set(issue.id, issue);
    }
    return this.#live;
  }

  /** Lines that are in the way, and shards that can't be read. */
  get problems(): Problem[] {
    return this.#parts().flatMap((part) => [...part.problems]);
  }

  #parts(): Part[] {
    return Object.values(this.derived.parts);
  }

  /** The issue by its exact id, tombstones left out. */
  issue(id: string): Issue | undefined {
    const live = this.live.get(id);
    if (live !== undefined) return live;
    const found = this.line(id);
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
    return this.lines().filter((issue) => issue.status !== "tombstone");
  }

  lines(): Issue[] {
    return this.#load(SHARD_NAMES).flatMap((shard) => (shard instanceof StoreError ? [] : [...shard.byId.values()]));
  }

  /** Ids of issues of any status that point at this one, with the edge's type. */
  dependents(id: string): { readonly id: string; readonly type: string; readonly closed: boolean }[] {
    const found: { id: string; type: string; closed: boolean }[] = [];
    for (const issue of this.live.values()) {
      for (const edge of issue.dependencies ?? [])
        if (edge.depends_on_id === id) found.push({ id: issue.id, type: edge.type, closed: false });
    }
    const isLiveHere = this.live.has(id);
    if (isLiveHere) {
      for (const part of this.#parts()) {
        for (const [from, to, type] of part.closedEdges) if (to === id) found.push({ id: from, type, closed: true });
      }
      return found;
    }
    for (const issue of this.all()) {
      if (isLive(issue)) continue;
      for (const edge of issue.dependencies ?? [])
        if (edge.depends_on_id === id) found.push({ id: issue.id, type: edge.type, closed: true });
    }
    return found;
  }

  /** Edges of closed issues that point at live ones. */
  get closedEdges(): readonly (readonly [from: string, to: string, type: string])[] {
    return this.#parts().flatMap((part) => [...part.closedEdges]);
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
    const wanted = id.toLowerCase();
    for (const known of this.shard(shardOf(id)).byId.keys()) if (known.toLowerCase() === wanted) return true;
    return false;
  }

  /** The highest child number ever given out under this parent, 0 for none. Tombstones count, so numbers are not reused. */
  lastChild(parent: string): number {
    let last = 0;
    for (const id of this.shard(shardOf(rootId(parent))).byId.keys()) {
      if (!id.startsWith(`${parent}.`)) continue;
      const number = /^(\d+)/.exec(id.slice(parent.length + 1))?.[1];
      last = Math.max(last, Number(number ?? 0));
    }
    return last;
  }

  /** What an argument means: the id itself, else with the prefix in front, else the one id whose hash part holds it. */
  resolve(argument: string): Resolved {
    if (argument === "") return { kind: "none" };
    if (this.issue(argument) !== undefined) return { kind: "one", id: argument };
    const prefixed = `${this.meta.prefix}-${argument}`;
    if (this.issue(prefixed) !== undefined) return { kind: "one", id: prefixed };
    const wanted = argument.toLowerCase();
    const ids = this.all()
      .map((issue) => issue.id)
      .filter(
        (id) =>
          id.toLowerCase() === wanted ||
          id
            .slice(id.indexOf("-") + 1)
            .toLowerCase()
            .includes(wanted),
      );
    const exact = ids.find((id) => id.toLowerCase() === wanted);
    const only = exact ?? (ids.length === 1 ? ids[0] : undefined);
    if (only !== undefined) return { kind: "one", id: only };
    return ids.length === 0 ? { kind: "none" } : { kind: "several", ids };
  }

  memories(): Memories {
    return this.#source.memories();
  }

  /** The tree's entry of this name at the top. */
  rootEntry(name: string): TreeEntry | undefined {
    return this.derived.root.find((entry) => entry.name === name);
  }
}
