/** What is wrong just now, by what it is about. A trouble is logged when it appears or becomes another one, and when it clears. */
import { FleetError } from "@fleet/kit/errors";

import { NOTHING_TOLD, type Told } from "../../core/accounts/keep.ts";
import type { Journal } from "./journal.ts";

/**
 * A text without what differs each time the same thing goes wrong: names of temporary files and of git's objects, other hashes,
 * numbers. Pure.
 */
export const kindOf = (trouble: string): string =>
  trouble
    .replaceAll(/\bfleet-git-[A-Za-z0-9]{6}\b/g, "fleet-git-…")
    .replaceAll(/\b[0-9a-f]{2}\/[0-9a-f]{38,62}\b/g, "#")
    .replaceAll(/\b(?=[a-f]*\d)[0-9a-f]{7,}\b/g, "#")
    .replaceAll(/\d+/g, "0");

export class Troubles {
  readonly #journal: Journal;
  /** What was told of accounts, and lasts. */
  accounts: Told = NOTHING_TOLD;
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
    if (trouble !== undefined && before !== undefined && kindOf(trouble) === kindOf(before)) return;
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
