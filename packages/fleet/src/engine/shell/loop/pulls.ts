/**
 * Pull requests that are open, looked at every few minutes by `fleet pr` in a process of its own: it waits for a network, and the
 * loop waits for nobody. One that is to be opened is so at once, and again with the next look where that failed.
 */
import { openPullOf } from "@fleet/store/claims";
import { Graph } from "@fleet/store/graph";
import type { Snapshot } from "@fleet/store/snapshot";

import { pullsToOpen } from "../../core/pull-request.ts";
import { readMode } from "../state/mode-file.ts";
import { describe } from "../state/troubles.ts";
import { byCommand } from "./by-command.ts";
import type { Context } from "./context.ts";

/** Milliseconds from one look to the next. */
const EVERY = 180_000;
/** Milliseconds. */
const PATIENCE = 600_000;

type Look = (context: Context) => Promise<string | undefined>;

export class Pulls {
  readonly #context: Context;
  readonly #look: Look;
  #running = false;
  #lookedAt: number;
  /** Pull requests that were to be opened at the last look. */
  #tried: ReadonlySet<string> = new Set();
  #trouble = "";

  /** `look`: what it does; its answer is why it could not. */
  constructor(context: Context, look: Look = lookByCommand) {
    this.#context = context;
    this.#look = look;
    this.#lookedAt = context.clock.monotonic();
  }

  /** Starts a look where one is due, and returns at once. */
  start(): void {
    const { clock, short } = this.#context;
    if (this.#running) return;
    const seen = this.#seen();
    if (seen === undefined) return;
    const { snapshot } = seen;
    // While the fleet is paused, none is opened.
    const toOpen = seen.mode === "running" ? this.#toOpen(snapshot) : [];
    const isDue = clock.monotonic() - this.#lookedAt >= EVERY;
    const isNew = toOpen.some((id) => !this.#tried.has(id));
    if (!isDue && !isNew) return;
    this.#lookedAt = clock.monotonic();
    this.#tried = new Set(toOpen);
    if (toOpen.length === 0 && !isAnyOpen(snapshot)) return;
    this.#running = true;
    void this.#look(this.#context)
      .then((trouble) => this.#say(trouble ?? ""))
      .catch((error: unknown) => short?.(error, "pull requests") === true || this.#say(describe(error)))
      .finally(() => (this.#running = false));
  }

  /** Undefined while the store or the mode can't be read, which the look at the queue tells (observe/look.ts). */
  #seen(): { readonly snapshot: Snapshot; readonly mode: ReturnType<typeof readMode> } | undefined {
    const { store, home } = this.#context;
    try {
      return { snapshot: store.snapshot(), mode: readMode(home) };
    } catch {
      return undefined;
    }
  }

  #toOpen(snapshot: Snapshot): string[] {
    return pullsToOpen(snapshot.live.values(), this.#context.config(), () => new Graph(snapshot)).map(({ id }) => id);
  }

  /** Logged once while it lasts. */
  #say(trouble: string): void {
    if (trouble !== "" && trouble !== this.#trouble)
      this.#context.journal.write("trouble", `pull requests could not be checked: ${trouble} (fleet pr)`);
    this.#trouble = trouble;
  }
}

const isAnyOpen = ({ live }: Snapshot): boolean => [...live.values()].some((issue) => openPullOf(issue) !== undefined);

async function lookByCommand(context: Context): Promise<string | undefined> {
  const done = await byCommand(context, ["pr"], PATIENCE);
  return done.kind === "done" ? undefined : done.why;
}
