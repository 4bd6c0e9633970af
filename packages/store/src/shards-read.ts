import { StoreError } from "./errors.ts";
import type { Shard } from "./shard.ts";

type Read = (names: readonly string[]) => (Shard | StoreError)[];

/** The shards of one commit, each read once, when it is first asked for. */
export class ShardsRead {
  readonly #read: Read;
  readonly #known = new Map<string, Shard | StoreError>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** In the order of the names; those that are not at hand are read in one go. */
  all(names: readonly string[]): (Shard | StoreError)[] {
    const missing = names.filter((name) => !this.#known.has(name));
    if (missing.length > 0) {
      const read = this.#read(missing);
      missing.forEach((name, index) => {
        const shard = read[index];
        if (shard !== undefined) this.#known.set(name, shard);
      });
    }
    return names.flatMap((name) => this.#known.get(name) ?? []);
  }

  /** Throws when git can't give it: what can't be read is not absent. */
  one(name: string): Shard {
    const [shard] = this.all([name]);
    if (shard === undefined) throw new StoreError("unreadable", `issues/${name}.jsonl was not read`);
    if (shard instanceof StoreError) throw shard;
    return shard;
  }

  /** As `one`, undefined for what git can't give: for where nothing is decided by it. */
  readable(name: string): Shard | undefined {
    const [shard] = this.all([name]);
    return shard instanceof StoreError ? undefined : shard;
  }
}
