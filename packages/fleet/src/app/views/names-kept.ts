/**
 * Where directories are, for a screen that looks again and again: asked by a process beside it, so that keys are heard while a disk
 * gives no answer. What was said serves a while.
 */
import { realDirectoriesSoon } from "@fleet/kit/process/real-directories";

import type { Name, Names } from "../../engine/shell/observe/real-names.ts";

/** Milliseconds: as long as the supervisor takes it for known; and until one that was silent is asked again. */
const AGE = 60_000;
const SILENT_AGE = 10_000;

interface Kept {
  readonly name: Name;
  readonly at: number;
}

export class NamesKept {
  readonly #ask: typeof realDirectoriesSoon;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(ask = realDirectoriesSoon, now = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
  }

  /** Of these. One that gives no answer is told, not waited for. */
  async names(paths: readonly string[]): Promise<Names> {
    const due = [...new Set(paths)].filter((path) => path !== "" && this.#isDue(this.#kept.get(path)));
    if (due.length > 0) {
      const found = await this.#ask(due);
      for (const path of due) {
        const where = found.get(path);
        const name: Name = where === undefined ? { kind: "silent" } : { kind: "known", ...where };
        this.#kept.set(path, { name, at: this.#now() });
      }
    }
    return { version: 0, of: (path) => this.#of(path) };
  }

  #isDue(kept: Kept | undefined): boolean {
    return kept === undefined || this.#now() - kept.at > (kept.name.kind === "silent" ? SILENT_AGE : AGE);
  }

  #of(path: string): Name {
    if (path === "") return { kind: "known", real: path, tree: path };
    return this.#kept.get(path)?.name ?? { kind: "silent" };
  }
}
