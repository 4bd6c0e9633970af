/** What is wrong just now, by what it is about. A trouble that lasts is said once, and once more when it is over. */
import { FleetError } from "@fleet/kit/errors";

import type { Journal } from "./journal.ts";

export class Troubles {
  readonly #journal: Journal;
  readonly #said = new Map<string, string>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Whether saying it would say anything. */
  isNews(about: string, trouble: string | undefined): boolean {
    return this.#said.get(about) !== trouble;
  }

  /** `undefined`: all is well with it. */
  say(about: string, trouble: string | undefined): void {
    const before = this.#said.get(about);
    if (trouble === before) return;
    if (trouble === undefined) {
      this.#said.delete(about);
      this.#journal.write("mended", before ?? "");
    } else {
      this.#said.set(about, trouble);
      this.#journal.write("trouble", trouble);
    }
  }
}

export function describe(error: unknown): string {
  if (error instanceof FleetError)
    return [error.message, error.where, error.mend].filter((part) => part !== undefined).join("; ");
  return error instanceof Error ? error.message : String(error);
}
