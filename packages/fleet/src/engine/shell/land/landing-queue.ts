/**
 * The landings of a supervisor, beside its loop: one at a time in a repository, and whatever it takes, no tick waits for it. What is
 * in the way of one is remembered with how its repository looked then, so that it is tried again once that is another, and seldom
 * otherwise. Nothing of it is needed after a restart: what has landed is seen on the target.
 */
import { setting } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

import { readWorkspace } from "../../../workspaces/record.ts";
import type { Via } from "../../../settings/land.ts";
import type { Holds, LandingHold, LandingState, LandingView } from "../../core/landing.ts";
import type { TaskView } from "../../core/world.ts";
import { act, type Context } from "../loop/context.ts";
import { describe } from "../state/troubles.ts";
import { placeOf } from "./landing-of.ts";
import { landTask, type LandingDone } from "./land-task.ts";
import { addressMark, markOf, type Place } from "./mark.ts";

/** Milliseconds: so long nothing is looked at again, and at most so long it is not tried again, however it looks. */
const LOOK_EVERY = 1_000;
const AGAIN = {
  task: { first: 5_000, most: 60_000 },
  /** A server that declined decides so again until somebody has changed its mind. */
  target: { first: 60_000, most: 1_800_000 },
} as const;

type Known =
  | { readonly kind: "under-way" }
  | ({
      readonly kind: "held";
      /** How what may end it looked before it was tried; and how often that was for the same reason. */
      readonly mark: string;
      readonly times: number;
      readonly at: number;
      readonly lookedAt: number;
      readonly isDue: boolean;
    } & LandingHold);

interface Before {
  readonly marks: Readonly<Record<Holds, string>>;
  readonly before: Known | undefined;
}

export class LandingQueue {
  readonly #context: Context;
  readonly #land: typeof landTask;
  readonly #known = new Map<string, Known>();
  readonly #places = new Map<string, Place>();
  readonly #vias = new Map<string, Via>();
  readonly #running = new Set<Promise<void>>();
  readonly #end = new AbortController();

  constructor(context: Context, land = landTask) {
    this.#context = context;
    this.#land = land;
  }

  /** Work that lands automatically, in its current state. */
  look(tasks: readonly Pick<TaskView, "id" | "landing">[]): LandingView[] {
    const seen = tasks.flatMap(({ id, landing }) => (landing === undefined ? [] : [{ id, ...landing }]));
    const ids = new Set(seen.map(({ id }) => id));
    for (const [task, { kind }] of this.#known) if (kind === "held" && !ids.has(task)) this.#known.delete(task);
    for (const task of this.#places.keys()) if (!ids.has(task)) this.#places.delete(task);
    this.#vias.clear();
    for (const { id, via } of seen) this.#vias.set(id, via);
    return seen.map(({ id, ...toLand }) => {
      const { commonDir: repository, target } = this.#placeOf(id);
      return { task: id, repository, target, ...toLand, state: this.#stateOf(id) };
    });
  }

  /** Returns at once. */
  begin(task: string): void {
    if (this.#end.signal.aborted || this.#known.get(task)?.kind === "under-way") return;
    const before = this.#known.get(task);
    const marks = { task: this.#markOf(task, "task"), target: this.#markOf(task, "target") };
    this.#known.set(task, { kind: "under-way" });
    const running = this.#run(task)
      .catch((error: unknown): LandingDone => {
        const why = describe(error);
        if (this.#context.short?.(error, `land ${task}`) !== true)
          this.#tell(task, `it could not be landed: ${why}`, before);
        return { fate: { kind: "held", why, mend: null, person: false, holds: "task" }, left: [] };
      })
      .then((done) => this.#note(task, done, { marks, before }))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Ends what is under way as a kill would, and waits for that. */
  async leave(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#running);
  }

  async #run(task: string): Promise<LandingDone> {
    const { home, env, store, clock } = this.#context;
    return await this.#land(
      {
        home,
        env,
        config: this.#context.config(),
        store,
        now: () => clock.wall(),
        act: () => act(this.#context),
        until: this.#end.signal,
        // A person lands there: looked at again later.
        patience: 0,
      },
      task,
    );
  }

  #note(task: string, done: LandingDone, { marks, before }: Before): void {
    const { fate, landing, left } = done;
    const { journal, clock } = this.#context;
    for (const what of left) journal.write("land", what, { task });
    switch (fate.kind) {
      case "gone":
        this.#known.delete(task);
        return;
      case "landed":
        this.#known.delete(task);
        journal.write(
          "land",
          `landed on ${landing?.target ?? ""} of ${landing === undefined ? "" : placeOf(landing)} as ${fate.commit}`,
          {
            task,
          },
        );
        return;
      case "back":
        this.#known.delete(task);
        journal.write("land", `${fate.reason}${AFTER[fate.to.kind]}`, { task });
        return;
      case "void":
        this.#known.delete(task);
        journal.write("land", `the approval of ${fate.by} no longer holds; ${fate.change}`, { task });
        return;
      case "held": {
        const { why, mend, person, holds } = fate;
        const isSame = before?.kind === "held" && before.why === why;
        if (!isSame) this.#tell(task, `waits to land: ${why}`, before);
        const at = clock.monotonic();
        const times = isSame ? before.times + 1 : 1;
        const mark = marks[holds];
        this.#known.set(task, { kind: "held", why, mend, person, holds, mark, times, at, lookedAt: at, isDue: false });
      }
    }
  }

  #tell(task: string, text: string, before: Known | undefined): void {
    if (before?.kind === "held" && text.endsWith(before.why)) return;
    this.#context.journal.write("land", text, { task });
  }

  #stateOf(task: string): LandingState {
    const known = this.#known.get(task);
    if (known === undefined) return { kind: "free" };
    if (known.kind === "under-way") return known;
    const { why, mend, person, holds } = known;
    return { kind: "held", why, mend, person, holds, isDue: this.#isDue(task, known) };
  }

  #isDue(task: string, known: Extract<Known, { kind: "held" }>): boolean {
    if (known.isDue) return true;
    const now = this.#context.clock.monotonic();
    if (now - known.lookedAt < LOOK_EVERY) return false;
    const { first, most } = AGAIN[known.holds];
    const isDue =
      now - known.at >= Math.min(most, first * 2 ** (known.times - 1)) ||
      this.#markOf(task, known.holds) !== known.mark;
    this.#known.set(task, { ...known, lookedAt: now, isDue });
    return isDue;
  }

  /** What a person changes who does something about it; of a server nothing is seen but where it is. */
  #markOf(task: string, holds: Holds): string {
    const place = this.#placeOf(task);
    return `${this.#vias.get(task) ?? ""} ${holds === "task" ? markOf(place) : addressMark(place)}`;
  }

  #placeOf(task: string): Place {
    const known = this.#places.get(task);
    if (known !== undefined) return known;
    const issue: Issue | undefined = this.#context.store.snapshot().issue(task);
    const workspace = readWorkspace(this.#context.home, task);
    const target = (issue === undefined ? undefined : setting(issue, "target")) ?? workspace?.target ?? "";
    const place = { commonDir: workspace?.source.common_dir ?? task, target, branch: workspace?.branch ?? "" };
    this.#places.set(task, place);
    return place;
  }
}

const AFTER = {
  retry: "; it goes back to its task",
  block: "; a person has to look",
  ask: "; a person has to say whether it is done",
} as const;
