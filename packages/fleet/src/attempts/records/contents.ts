/** The listing of an attempt's directory, read again only when a file was added or removed, which is rare. */
import { statSync } from "node:fs";
import { join } from "node:path";

import { FILES } from "./files.ts";
import { list } from "@fleet/kit/list";

export interface Contents {
  /** Paths of files that only a supervisor makes, and only when no process of the attempt lives any more. */
  readonly afterTheEnd: readonly string[];
  /** A reason to stop it is there. */
  readonly hasStop: boolean;
  /** Somebody in it has waited for a person's answer. */
  readonly hasWaits: boolean;
}

const AFTER_THE_END = [FILES.outcome, FILES.receipt, FILES.after, FILES.since, FILES.git, FILES.checks, FILES.checked];

/** Milliseconds. Two changes within a tick of the disk's clock have one time: a directory so young is listed again. */
const YOUNG = 2_000;
/** Whatever its time says, in milliseconds: of a network disk it may be late. */
const AGE = 10_000;

export class Listing {
  readonly #dir: string;
  #known: { readonly contents: Contents; readonly mark: number; readonly at: number } | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** `wall`: milliseconds since 1970. */
  look(wall: number): Contents {
    const mark = statSync(this.#dir, { throwIfNoEntry: false })?.mtimeMs;
    const known = this.#known;
    if (known?.mark === mark && known !== undefined && wall >= known.at && wall - known.at < AGE) return known.contents;
    const names = new Set(list(this.#dir));
    const contents: Contents = {
      afterTheEnd: AFTER_THE_END.filter((name) => names.has(name)).map((name) => join(this.#dir, name)),
      hasStop: names.has(FILES.stop),
      hasWaits: names.has(FILES.waits),
    };
    const isSettled = mark !== undefined && wall - mark > YOUNG;
    this.#known = isSettled ? { contents, mark, at: wall } : undefined;
    return contents;
  }
}
