/** Keeps the short paths of attempts that run: cleaners of /tmp, a log-out or another user's mistake may remove them. */
import { isShortPath, shortPath, shortPathsMark } from "../../../attempts/process/short-path.ts";
import type { Context } from "../loop/context.ts";
import { type Attempt, wrapperOf } from "../../core/attempt.ts";

/** In milliseconds. */
const EVERY = 2_000;
/** Two changes within a tick of the disk's clock have one time, so the mark alone is not believed for longer. */
const BELIEVED = 60_000;

export class KeepPaths {
  readonly #context: Pick<Context, "clock">;
  #at = -Infinity;
  #keptAt = -Infinity;
  /** Of before they were last looked at one by one: as long as it is the same, all of them are there. */
  #mark: string | undefined;
  /** By the uuid of the attempt. */
  #kept: ReadonlyMap<string, string> = new Map();

  constructor(context: Pick<Context, "clock">) {
    this.#context = context;
  }

  keep(held: readonly Attempt[]): void {
    const now = this.#context.clock.monotonic();
    if (now - this.#at < EVERY) return;
    this.#at = now;
    const running = held.filter((attempt) => wrapperOf(attempt) !== undefined);
    const mark = shortPathsMark();
    const isYoung = now - this.#keptAt < BELIEVED;
    if (isYoung && mark === this.#mark && running.every(({ ref }) => this.#kept.has(ref.uuid))) return;
    this.#kept = new Map(running.map(({ dir, ref }) => [ref.uuid, this.#keptOf(dir, ref.uuid)]));
    this.#mark = mark;
    this.#keptAt = now;
  }

  /** Other fleets of this user make and remove theirs beside ours all day, which is one system call for each of ours. */
  #keptOf(dir: string, uuid: string): string {
    const known = this.#kept.get(uuid);
    return known !== undefined && isShortPath(known, dir) ? known : shortPath(dir, uuid);
  }
}
