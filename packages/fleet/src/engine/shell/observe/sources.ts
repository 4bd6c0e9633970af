/**
 * In which directories no task can begin, asked beside the loop: because they are not where they were when the task was made, or
 * because no clone can be made of them. Such a task waits with the reason, and nothing of it is claimed. What stands in the way is
 * asked again soon, so that the wait ends once it is mended.
 */
import { topOf } from "@fleet/kit/git/dot-git";
import type { Environment } from "@fleet/kit/git/environment";
import { realDirectory } from "@fleet/kit/process/real-directory";
import { shortageOf } from "@fleet/kit/shortage";

import { strayed } from "../../core/strayed.ts";
import type { Context } from "../loop/context.ts";
import type { Refused } from "../state/shown-sources.ts";
import { describe } from "../state/troubles.ts";
import { keyOf, known, type SourceSeen, type SourcesSeen, type Waiting } from "./sources-seen.ts";
import { lookAtSource } from "../../../workspaces/source-for.ts";

/** So many are asked at once: each is a few processes, and a queue may hold hundreds. */
const MOST = 8;

/** So long an answer serves, in milliseconds: that a task can begin is asked once more when it does. */
const AGE = { possible: 60_000, "no-clone": 1_000, strayed: 1_000 } as const;

/** A question that the machine had no room for is asked again after so many milliseconds. */
const AGAIN = 1_000;

/** So long the loop looks out for the first answer, in milliseconds: a disk that answers at all does so in a few. */
const SOON = 1_000;

type Ask = (task: Waiting) => Promise<Exclude<SourceSeen, { kind: "asked" }>>;
type Answer = Awaited<ReturnType<Ask>>;

/** Where the directory itself is not there, or silent, that is told by the start, and what holds directories back. */
const asking =
  (home: string, env: Environment): Ask =>
  async (task) => {
    const { cwd, was, isolated } = task;
    const found = await realDirectory(cwd);
    if (found.kind !== "directory") return { kind: "possible" };
    const real = found.path;
    const seen = was === undefined ? undefined : topOf(real);
    const why = was === undefined || seen === undefined ? undefined : strayed(was, { cwd, real, ...seen });
    if (why !== undefined) return { kind: "strayed", why };
    if (isolated !== true) return { kind: "possible" };
    const looked = await lookAtSource({ home, env }, cwd, task);
    if (looked.kind === "possible") return { kind: "possible" };
    return { kind: "no-clone", why: looked.why, otherwise: looked.otherwise };
  };

interface Where {
  readonly home: string;
  readonly env: Environment;
  readonly now: () => number;
  /** Told of what the machine refused, as by Context. */
  readonly short?: Context["short"];
}

export class Sources implements SourcesSeen {
  readonly #home: string;
  readonly #now: () => number;
  readonly #short: Context["short"];
  readonly #ask: Ask;
  readonly #known = new Map<string, { readonly task: Waiting; readonly answer: Answer; readonly at: number }>();
  /** Since when. */
  readonly #asked = new Map<string, number>();
  /** The machine had no room for the question: nothing is known, and nobody else asks again. */
  readonly #refused = new Map<string, { readonly task: Waiting; readonly at: number }>();
  /** The question was not sent for that reason. */
  #isPutOff = false;
  version = 0;

  constructor({ home, env, now, short }: Where, ask = asking(home, env)) {
    this.#home = home;
    this.#now = now;
    this.#short = short;
    this.#ask = ask;
  }

  /** Why not, by what was asked. */
  get refused(): Refused {
    return Object.fromEntries(
      [...this.#known].flatMap(([key, { answer }]) => (answer.kind === "possible" ? [] : [[key, answer]])),
    );
  }

  /** Somebody waits for an answer that is about to come. */
  get isDue(): boolean {
    const now = this.#now();
    return [...this.#asked].some(([key, since]) => !this.#known.has(key) && now - since < SOON);
  }

  /** The machine had no room for a question, and has not answered it since. */
  get isShort(): boolean {
    return this.#refused.size > 0;
  }

  readonly of = (task: Waiting): SourceSeen => {
    const standing = known(this.#home, task);
    if (standing !== undefined) return standing;
    const told = this.#known.get(keyOf(task));
    if (told === undefined || this.#now() - told.at > AGE[told.answer.kind]) this.#look(task);
    return told === undefined ? { kind: "asked" } : told.answer;
  };

  /** Asks again what stands in the way, and what was not answered; the tasks themselves are read anew only when something changed. */
  refresh(): void {
    for (const { task, at } of this.#refused.values()) if (this.#now() - at > AGAIN) this.#look(task);
    for (const { task, answer, at } of this.#known.values())
      if (answer.kind !== "possible" && this.#now() - at > AGE[answer.kind]) this.#look(task);
  }

  readonly only = (tasks: readonly Waiting[]): void => {
    const keys = new Set(tasks.map(keyOf));
    for (const kept of [this.#known, this.#refused])
      for (const key of kept.keys()) if (!keys.has(key)) kept.delete(key);
  };

  #look(task: Waiting): void {
    const key = keyOf(task);
    if (this.#asked.has(key)) return;
    if (this.#asked.size >= MOST) {
      this.#isPutOff = true;
      return;
    }
    this.#asked.set(key, this.#now());
    void this.#ask(task)
      .catch((error: unknown): Answer | undefined => {
        if (shortageOf(error) !== undefined) {
          this.#short?.(error, `look at ${task.cwd}`);
          return undefined;
        }
        if (task.isolated !== true) return { kind: "possible" };
        return { kind: "no-clone", why: `it can't be looked at: ${describe(error)}` };
      })
      .then((answer) => {
        const before = this.#known.get(key)?.answer;
        const at = this.#now();
        if (answer === undefined) this.#refused.set(key, { task, at });
        else {
          this.#known.set(key, { task, answer, at });
          this.#refused.delete(key);
        }
        if (this.#isPutOff || JSON.stringify(before) !== JSON.stringify(answer)) this.version++;
        this.#isPutOff = false;
      })
      .finally(() => this.#asked.delete(key));
  }
}
