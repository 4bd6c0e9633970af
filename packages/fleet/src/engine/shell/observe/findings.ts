/** Findings of one tick that are to be written down, in order. */
import type { About, JournalEvent } from "../../core/journal-event.ts";
import type { Finding } from "../../core/action.ts";
import type { Troubles } from "../state/troubles.ts";

export class Findings {
  readonly #said: Pick<Troubles, "isNews">;
  readonly #all: Finding[] = [];

  constructor(said: Pick<Troubles, "isNews">) {
    this.#said = said;
  }

  get all(): readonly Finding[] {
    return this.#all;
  }

  add(finding: Finding): void {
    this.#all.push(finding);
  }

  note(event: JournalEvent, text: string, about: About = {}): void {
    this.add({ kind: "note", event, text, about });
  }

  /** `undefined`: all is well with it. What was said and lasts is no news. */
  trouble(about: string, trouble: string | undefined): void {
    if (this.#said.isNews(about, trouble)) this.add({ kind: "trouble", about, trouble });
  }
}
