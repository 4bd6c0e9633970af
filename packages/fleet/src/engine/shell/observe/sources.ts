/**
 * Of which directories no clone can be made, asked beside the loop for the tasks that are to work in one: such a task waits with
 * the reason, and nothing of it is claimed. What stands in the way is asked again soon, so that the wait ends once it is mended.
 */
import type { Environment } from "@fleet/kit/git/environment";
import { realDirectory } from "@fleet/kit/process/real-directory";
import { shortageOf } from "@fleet/kit/shortage";

import type { Refused } from "../state/shown-sources.ts";
import { describe } from "../state/troubles.ts";
import { keyOf, needsNothing, type SourceSeen, type SourcesSeen, type Waiting } from "./sources-seen.ts";
import { lookAtSource } from "../../../workspaces/source-for.ts";

/** So many are asked at once: each is a few processes, and a queue may hold hundreds. */
const MOST = 8;

/** So long an answer serves, in milliseconds: that a clone can be made is asked once more when it is. */
const AGE = { possible: 60_000, refused: 1_000 } as const;

type Ask = (task: Waiting) => Promise<Exclude<SourceSeen, { kind: "asked" }>>;
type Answer = Awaited<ReturnType<Ask>>;

/** Where the directory itself is not there, or silent, that is told by the start, and what holds directories back. */
const asking =
  (home: string, env: Environment): Ask =>
  async (task) => {
    const { kind } = await realDirectory(task.cwd);
    return kind === "directory" ? await lookAtSource({ home, env }, task.cwd, task) : { kind: "possible" };
  };

interface Where {
  readonly home: string;
  readonly env: Environment;
  readonly now: () => number;
}

export class Sources implements SourcesSeen {
  readonly #home: string;
  readonly #now: () => number;
  readonly #ask: Ask;
  readonly #known = new Map<string, { readonly task: Waiting; readonly answer: Answer; readonly at: number }>();
  readonly #asked = new Set<string>();
  /** Somebody was not asked for that reason. */
  #isPutOff = false;
  version = 0;

  constructor({ home, env, now }: Where, ask = asking(home, env)) {
    this.#home = home;
    this.#now = now;
    this.#ask = ask;
  }

  /** Why no clone can be made, by what was asked. */
  get refused(): Refused {
    return Object.fromEntries(
      [...this.#known].flatMap(([key, { answer }]) => (answer.kind === "refused" ? [[key, answer.why]] : [])),
    );
  }

  readonly of = (task: Waiting): SourceSeen => {
    if (needsNothing(this.#home, task)) return { kind: "possible" };
    const known = this.#known.get(keyOf(task));
    if (known === undefined || this.#now() - known.at > AGE[known.answer.kind]) this.#look(task);
    return known === undefined ? { kind: "asked" } : known.answer;
  };

  /** Asks again what was refused; the tasks themselves are read anew only when something changed. */
  refresh(): void {
    for (const { task, answer, at } of this.#known.values())
      if (answer.kind === "refused" && this.#now() - at > AGE.refused) this.#look(task);
  }

  readonly only = (tasks: readonly Waiting[]): void => {
    const keys = new Set(tasks.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  };

  #look(task: Waiting): void {
    const key = keyOf(task);
    if (this.#asked.has(key)) return;
    if (this.#asked.size >= MOST) {
      this.#isPutOff = true;
      return;
    }
    this.#asked.add(key);
    void this.#ask(task)
      .catch((error: unknown): Answer | undefined => {
        // The machine is short of something: asked again with the next look.
        if (shortageOf(error) !== undefined) return undefined;
        return { kind: "refused", why: `it can't be looked at: ${describe(error)}` };
      })
      .then((answer) => {
        const before = this.#known.get(key)?.answer;
        if (answer !== undefined) this.#known.set(key, { task, answer, at: this.#now() });
        if (this.#isPutOff || JSON.stringify(before) !== JSON.stringify(answer)) this.version++;
        this.#isPutOff = false;
      })
      .finally(() => this.#asked.delete(key));
  }
}
