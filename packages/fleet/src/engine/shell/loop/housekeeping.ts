/** Housekeeping, done when nothing else is to be done, beside the loop and never in its way. */
import { counted } from "@fleet/kit/figures";
import { roomFor, sweepViews } from "@fleet/kit/git/view";
import { maintain } from "@fleet/store/maintenance";
import { refreshRendering } from "@fleet/store/rendering";

import type { Context } from "./context.ts";
import { rotate } from "../state/journal.ts";
import { describe } from "../state/troubles.ts";

/** Whether maintenance is due is asked of git, so not more often than this, in milliseconds. */
const MAINTENANCE_EVERY = 60_000;

export class Housekeeping {
  readonly #context: Context;
  #rendered = "";
  #maintainedAt = -Infinity;
  #running = false;
  #trouble = "";

  constructor(context: Context) {
    this.#context = context;
  }

  /** Starts what is due, and returns at once. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#work()
      .then(() => this.#say(""))
      .catch(
        (error: unknown) =>
          this.#context.short?.(error, "housekeeping") === true || this.#say(`housekeeping: ${describe(error)}`),
      )
      .finally(() => (this.#running = false));
  }

  async #work(): Promise<void> {
    const { store, clock, journal } = this.#context;
    rotate(this.#context.home);
    const tip = store.tip();
    if (tip !== this.#rendered) {
      refreshRendering(store);
      this.#rendered = tip;
    }
    if (clock.monotonic() - this.#maintainedAt < MAINTENANCE_EVERY) return;
    this.#maintainedAt = clock.monotonic();
    const done = await maintain(store, { now: clock.wall() });
    if (done.kind === "done")
      journal.write("tidy", `the repository was repacked after ${counted(done.commits, "commit")}`);
    sweepViews(roomFor(this.#context.env), clock.wall());
  }

  /** Logged once while it lasts; it harms nothing but tidiness. */
  #say(trouble: string): void {
    if (trouble !== "" && trouble !== this.#trouble) this.#context.journal.write("trouble", trouble);
    this.#trouble = trouble;
  }
}
