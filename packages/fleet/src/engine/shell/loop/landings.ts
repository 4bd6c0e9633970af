/**
 * What becomes of repositories in which something landed, looked at beside the loop: what landers that died left is put right, because
 * their locks keep people there from committing; what was taken off its target is reported.
 */
import { recoverAll } from "../../../landing/recover.ts";
import { seenOff, type TakenOff, takenOffNow } from "../../../landing/still-there.ts";
import type { LandingError } from "../../../landing/trouble.ts";
import { describe } from "../state/troubles.ts";
import type { Context } from "./context.ts";

/** Milliseconds until what could not be put right is tried again. */
const AGAIN = 10_000;
/** Milliseconds from one look at the targets to the next. */
const EVERY = 5_000;

const UNMENDED = "a landing that was ended can't be put right";
const UNSEEN = "whether what landed is still on its target can't be seen";

export class Landings {
  readonly #context: Context;
  #running = false;
  /** The problem reported for each kind of work, while it lasts. */
  readonly #troubles = new Map<string, string>();
  #failedAt = -Infinity;
  #lookedAt = -Infinity;
  /** Reported work that was taken off its target; read at the first look. */
  #known: ReadonlySet<string> | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Starts what is due, and returns at once. */
  look(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#work().finally(() => (this.#running = false));
  }

  /** Neither keeps the other from being done. */
  async #work(): Promise<void> {
    const { clock } = this.#context;
    if (clock.monotonic() - this.#failedAt >= AGAIN) {
      const isDone = await this.#tried(UNMENDED, async () => await this.#recover());
      if (!isDone) this.#failedAt = clock.monotonic();
    }
    if (clock.monotonic() - this.#lookedAt < EVERY) return;
    this.#lookedAt = clock.monotonic();
    await this.#tried(UNSEEN, async () => await this.#lookAtTargets());
  }

  /** `trouble`: what it means that it failed. */
  async #tried(trouble: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#say(trouble, undefined);
      return true;
    } catch (error) {
      if (this.#context.short?.(error, "landings") !== true) this.#say(trouble, error);
      return false;
    }
  }

  async #recover(): Promise<void> {
    const { home, env, journal } = this.#context;
    for (const { task, told } of await recoverAll({ home, env }))
      for (const what of told) journal.write("land", what, { task });
  }

  async #lookAtTargets(): Promise<void> {
    const { home, env, journal } = this.#context;
    const known = (this.#known ??= new Set(seenOff(home).map(keyOf)));
    let failed: LandingError | undefined;
    const off = await takenOffNow({ home, env }, (why) => (failed ??= why));
    for (const one of off) {
      const { task, commit, target, repository } = one;
      if (!known.has(keyOf(one)))
        journal.write("land", `was taken off ${target} of ${repository}, where it was as ${commit}`, { task });
    }
    this.#known = new Set(off.map(keyOf));
    if (failed !== undefined) throw failed;
  }

  /** Logged once while it lasts. */
  #say(trouble: string, error: unknown): void {
    if (error === undefined) return void this.#troubles.delete(trouble);
    const text = `${trouble}: ${describe(error)}`;
    if (text !== this.#troubles.get(trouble)) this.#context.journal.write("trouble", text);
    this.#troubles.set(trouble, text);
  }
}

const keyOf = ({ task, commit }: TakenOff): string => `${task} ${commit}`;
