/** The lines added to the journal since the last call, by any process: people's commands write there, too. */
import { openRegular, readFrom } from "@fleet/kit/read";

import { journalPath } from "./journal.ts";

/** Bytes that are read at once; what is more comes with the next question. */
const MOST = 1024 * 1024;

export class JournalTail {
  readonly #path: string;
  #inode: number | undefined;
  #offset = 0;
  /** Where it begins is known. */
  #isBegun = false;

  /** Begins at its end. */
  constructor(home: string) {
    this.#path = journalPath(home);
    this.#begin();
  }

  /** A log that is made later is new as a whole. */
  #begin(): void {
    this.#isBegun = this.#look((inode, size) => {
      this.#inode = inode;
      this.#offset = size;
    });
  }

  /** Whole lines. One that can't be read has none. */
  lines(): string[] {
    let lines: string[] = [];
    if (!this.#isBegun) {
      // What is there by now was perhaps there before.
      this.#begin();
      return lines;
    }
    this.#look((inode, size, file) => {
      if (inode !== this.#inode || size < this.#offset) this.#offset = 0;
      this.#inode = inode;
      if (size === this.#offset) return;
      const bytes = readFrom(file, this.#offset, Math.min(MOST, size - this.#offset));
      const end = bytes.lastIndexOf(10) + 1;
      // A line longer than all that is read at once is none of ours.
      this.#offset += end === 0 && bytes.length === MOST ? MOST : end;
      lines = bytes
        .subarray(0, Math.max(0, end - 1))
        .toString("utf8")
        .split("\n");
    });
    return lines;
  }

  /** False where it can't be looked at. */
  #look(see: (inode: number, size: number, file: number) => void): boolean {
    try {
      const opened = openRegular(this.#path);
      if (opened.kind !== "open") return opened.kind === "absent";
      try {
        see(opened.inode, opened.size(), opened.file);
      } finally {
        opened.close();
      }
      return true;
    } catch {
      // An unreadable log must not stop the caller; the next call retries.
      return false;
    }
  }
}
