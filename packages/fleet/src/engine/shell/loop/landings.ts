/**
 * What landers that died left in repositories, put right beside the loop: their locks keep whoever works there from committing, and
 * nobody may be about to land again.
 */
import { recoverAll } from "../../../landing/recover.ts";
import { describe } from "../state/troubles.ts";
import type { Context } from "./context.ts";

/** Milliseconds until what could not be put right is tried again. */
const AGAIN = 10_000;

export class Landings {
  readonly #context: Context;
  #running = false;
  #trouble = "";
  #failedAt = -Infinity;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Starts what is due, and returns at once. */
  look(): void {
    const { clock, short } = this.#context;
    if (this.#running || clock.monotonic() - this.#failedAt < AGAIN) return;
    this.#running = true;
    void this.#recover()
      .then(() => this.#say(""))
      .catch((error: unknown) => {
        this.#failedAt = clock.monotonic();
        if (short?.(error, "landings") !== true)
          this.#say(`a landing that was ended can't be put right: ${describe(error)}`);
      })
      .finally(() => (this.#running = false));
  }

  async #recover(): Promise<void> {
    const { home, env, journal } = this.#context;
    for (const { task, told } of await recoverAll({ home, env }))
      for (const what of told) journal.write("land", what, { task });
  }

  /** Logged once while it lasts. */
  #say(trouble: string): void {
    if (trouble !== "" && trouble !== this.#trouble) this.#context.journal.write("trouble", trouble);
    this.#trouble = trouble;
  }
}
