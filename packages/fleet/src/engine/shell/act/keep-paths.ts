/** Keeps the short paths of attempts that run: cleaners of /tmp, a log-out or another user's mistake may remove them. */
import { shortPath } from "../../../attempts/process/short-path.ts";
import type { Context } from "../loop/context.ts";
import { type Attempt, wrapperOf } from "../../core/attempt.ts";

/** In milliseconds. */
const EVERY = 2_000;

export class KeepPaths {
  readonly #context: Pick<Context, "clock">;
  #at = -Infinity;

  constructor(context: Pick<Context, "clock">) {
    this.#context = context;
  }

  keep(held: readonly Attempt[]): void {
    const now = this.#context.clock.monotonic();
    if (now - this.#at < EVERY) return;
    this.#at = now;
    for (const attempt of held) if (wrapperOf(attempt) !== undefined) shortPath(attempt.dir, attempt.ref.uuid);
  }
}
