/** A line of a file that was read, without its end. */
export interface Line {
  readonly bytes: Buffer;
  readonly from: number;
  readonly length: number;
}

const textOf = ({ bytes, from, length }: Line): string => bytes.toString("utf8", from, from + length);

/**
 * Some of what is derived from a shard: as values, or as the JSON array that the cache holds, which is parsed when somebody looks
 * into it and written again as it stands. Most verbs look into one shard, and of 2 000 live issues that is every 256th.
 *
 * The one place where data is taken at its word: the issues in it were decoded when it was written, and decoding 2 000 of
 * them again on each start would cost more than the read.
 */
export class Kept<T> {
  #values: readonly T[] | undefined;
  #json: string | (() => string) | undefined;
  readonly #line: Line | undefined;

  private constructor(values: readonly T[] | undefined, json: (() => string) | undefined, line?: Line) {
    this.#values = values;
    this.#json = json;
    this.#line = line;
  }

  static of<T>(values: readonly T[]): Kept<T> {
    return new Kept<T>(values, () => JSON.stringify(values));
  }

  /** `json`: for whoever has made a text of many lines already. */
  static from<T>(line: Line, json?: () => string): Kept<T> {
    return new Kept<T>(undefined, json, line);
  }

  get values(): readonly T[] {
    return (this.#values ??= JSON.parse(this.json));
  }

  /** Where the cache has it: from there it is copied, and no text is made of it. */
  get line(): Line | undefined {
    return this.#line;
  }

  get json(): string {
    if (typeof this.#json === "string") return this.#json;
    const line = this.#line;
    return (this.#json = this.#json === undefined && line !== undefined ? textOf(line) : (this.#json?.() ?? "[]"));
  }

  /** It has a line of its own where what it belongs to is written as JSON. */
  toJSON(): undefined {
    return undefined;
  }
}
