/** Which tasks have what there is to have: room in the fleet, of a coder, in a directory, on an account. */
import { isIn } from "../../settings/effective/project.ts";
import { coderKey, type Looked } from "./breaker.ts";
import type { Takers } from "./reason.ts";
import type { World } from "./world.ts";

interface InTree {
  readonly cwd: string;
  readonly tree?: string;
}

type Where = Looked & InTree & { readonly isolated?: boolean; readonly isAgent?: boolean };

/** Where others are in its way: in its working tree; in its directory where that is outside of git, or the only one there is. */
export const treeOf = ({ cwd, tree = cwd }: InTree): string => tree;

export class Taken {
  /** Tasks that an attempt holds, with its number; not those that go. */
  readonly attempts = new Map<string, number>();
  readonly all: string[] = [];
  /** Where attempts run that can't be seen from here, by task. */
  readonly #elsewhere = new Map<string, string>();
  /** How many each account runs. */
  readonly load = new Map<string, number>();
  readonly #coders = new Map<string, string[]>();
  readonly #looked = new Map<string, string[]>();
  readonly #dirs = new Map<string, string[]>();
  readonly #trees = new Map<string, string[]>();
  readonly #agents = new Map<string, string[]>();
  readonly #accounts = new Map<string, string[]>();
  readonly #places: { readonly task: string; readonly cwd: string }[] = [];
  /** Those that were asked for. */
  readonly #projects = new Map<string, string[]>();

  /** An attempt counts from its claim until it is settled. */
  constructor({ attempts }: Pick<World, "attempts">) {
    for (const attempt of attempts) {
      this.attempts.set(attempt.task, attempt.ref.n);
      if (attempt.phase.kind === "elsewhere") this.#elsewhere.set(attempt.task, attempt.phase.where);
      this.add(attempt.task, attempt, attempt.account);
    }
  }

  add(task: string, where: Where, account: string): void {
    this.all.push(task);
    this.#places.push({ task, cwd: where.cwd });
    for (const [dir, tasks] of this.#projects) if (isIn(where.cwd, dir)) tasks.push(task);
    put(this.#coders, where.coder, task);
    put(this.#looked, coderKey(where), task);
    if (where.isolated !== true) {
      put(this.#dirs, where.cwd, task);
      put(this.#trees, treeOf(where), task);
      if (where.isAgent === true) put(this.#agents, treeOf(where), task);
    }
    put(this.#accounts, account, task);
    this.load.set(account, (this.load.get(account) ?? 0) + 1);
  }

  /** These of them, as a reason has them. */
  takers(by: readonly string[]): Takers {
    const places = by.flatMap((task) => {
      const where = this.#elsewhere.get(task);
      return where === undefined ? [] : [[task, where] as const];
    });
    return { by: by.slice(), elsewhere: Object.fromEntries(places) };
  }

  ofCoder(name: string): readonly string[] {
    return this.#coders.get(name) ?? [];
  }

  /** Of a coder that is looked for in one place. */
  ofLooked(where: Looked): readonly string[] {
    return this.#looked.get(coderKey(where)) ?? [];
  }

  inDirectory(name: string): readonly string[] {
    return this.#dirs.get(name) ?? [];
  }

  inTree(name: string): readonly string[] {
    return this.#trees.get(name) ?? [];
  }

  /** Of those in a working tree the agents. */
  agentsIn(name: string): readonly string[] {
    return this.#agents.get(name) ?? [];
  }

  /** In a directory, or below it. */
  inProject(dir: string): readonly string[] {
    const known = this.#projects.get(dir);
    if (known !== undefined) return known;
    const tasks = this.#places.filter(({ cwd }) => isIn(cwd, dir)).map(({ task }) => task);
    this.#projects.set(dir, tasks);
    return tasks;
  }

  onAccount(name: string): readonly string[] {
    return this.#accounts.get(name) ?? [];
  }
}

function put(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
