/**
 * What becomes of repositories in which something landed, looked at beside the loop: what landers that died left is put right, because
 * their locks keep people there from committing; what was taken off its target is reported.
 */
import { recoverAll } from "../../../landing/recover.ts";
import { seenOff, type TakenOff, takenOffNow } from "../../../landing/still-there.ts";
import { describe } from "../state/troubles.ts";
import type { Context } from "./context.ts";

/** Milliseconds until what could not be put right is tried again. */
const AGAIN = 10_000;
/** Milliseconds from one look at the targets to the next. */
const EVERY = 5_000;

export class Landings {
  readonly #context: Context;
  #running = false;
  #trouble = "";
  #failedAt = -Infinity;
  #lookedAt = -Infinity;
  /** What was taken off and is told. */
  #known: ReadonlySet<string>;

  constructor(context: Context) {
    this.#context = context;
    this.#known = new Set(seenOff(context.home).map(keyOf));
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
    await this.#lookAtTargets();
  }

  async #lookAtTargets(): Promise<void> {
    const { home, env, journal, clock } = this.#context;
    if (clock.monotonic() - this.#lookedAt < EVERY) return;
    this.#lookedAt = clock.monotonic();
    const off = await takenOffNow({ home, env });
    for (const one of off) {
      const { task, commit, target, repository } = one;
      if (!this.#known.has(keyOf(one)))
        journal.write("land", `was taken off ${target} of ${repository}, where it was as ${commit}`, { task });
    }
    this.#known = new Set(off.map(keyOf));
  }

  /** Logged once while it lasts. */
  #say(trouble: string): void {
    if (trouble !== "" && trouble !== this.#trouble) this.#context.journal.write("trouble", trouble);
    this.#trouble = trouble;
  }
}

const keyOf = ({ task, commit }: TakenOff): string => `${task} ${commit}`;
