/**
 * Some of what is derived from a shard: as values, or as the JSON array that the cache holds, which is parsed when somebody looks
 * into it and written again as it stands. Most verbs look into one shard, and of 2 000 live issues that is every 256th.
 *
 * The one place where data is taken at its word: the issues in it were decoded when it was written, and decoding 2 000 of
 * them again on each start would cost more than the read.
 */
export class Kept<T> {
  #values: readonly T[] | undefined;
  #json: string | (() => string);

  private constructor(values: readonly T[] | undefined, json: () => string) {
    this.#values = values;
    this.#json = json;
  }

  static of<T>(values: readonly T[]): Kept<T> {
    return new Kept<T>(values, () => JSON.stringify(values));
  }

  /** `json` gives what the `json` of another one was. */
  static from<T>(json: () => string): Kept<T> {
    return new Kept<T>(undefined, json);
  }

  get values(): readonly T[] {
    return (this.#values ??= JSON.parse(this.json));
  }

  get json(): string {
    if (typeof this.#json !== "string") this.#json = this.#json();
    return this.#json;
  }
}
