/**
 * Some lines of the cache as they are to be written. Most are those of the cache that was read, and of these whole runs are copied as
 * bytes: to make a text of each of 100 lines and bytes of them again took 1.3 of the 40 ms of a write.
 */
import type { Kept, Line } from "./kept.ts";

export class Section {
  /** The length of each line in bytes, without its end. */
  readonly lengths: number[] = [];
  readonly #chunks: Uint8Array[] = [];
  /** Not in #chunks yet: adjacent lines of one file, or the text of new lines. */
  #run: Line | undefined;
  #text = "";

  /** `kept`: undefined for an empty line. */
  add(kept: Kept<unknown> | undefined): void {
    const line = kept?.line;
    if (line === undefined) this.#write(kept?.json ?? "");
    else this.#copy(line);
  }

  #write(json: string): void {
    this.#end("run");
    this.#text += `${json}\n`;
    this.lengths.push(json === "" ? 0 : Buffer.byteLength(json));
  }

  #copy({ bytes, from, length }: Line): void {
    this.#end("text");
    const run = this.#run;
    const follows = run?.bytes === bytes && run.from + run.length === from;
    if (!follows) this.#end("run");
    this.#run = { bytes, from: follows ? run.from : from, length: (follows ? run.length : 0) + length + 1 };
    this.lengths.push(length);
  }

  #end(what: "run" | "text"): void {
    if (what === "text" && this.#text !== "") {
      this.#chunks.push(Buffer.from(this.#text));
      this.#text = "";
    }
    if (what === "run" && this.#run !== undefined) {
      const { bytes, from, length } = this.#run;
      this.#chunks.push(bytes.subarray(from, from + length));
      this.#run = undefined;
    }
  }

  /** All of it, each line with its end. */
  get chunks(): readonly Uint8Array[] {
    this.#end("run");
    this.#end("text");
    return this.#chunks;
  }
}
