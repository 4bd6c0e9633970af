/**
 * For every task that is not finished: go, or wait and why. `plan` claims what goes, in this order, and every view shows why
 * the rest waits, so that the two can't differ. Pure.
 */
import { choose, type Choice, type Standing } from "./accounts/choose.ts";
import { accountsFull, accountsParked } from "./accounts/no-account.ts";
import type { Config } from "../../settings/schema.ts";
import { coderKey } from "./breaker.ts";
import { declinedBefore, landBefore } from "./landing.ts";
import { holdWords, startsLeft } from "./machine.ts";
import { waitsForQuiet } from "./quiet.ts";
import type { Obstacle, Reason } from "./reason.ts";
import { meeting } from "./same-files.ts";
import { Taken, treeOf } from "./taken.ts";
import type { TaskView, World } from "./world.ts";

export type Answer =
  /** `beside`: the tasks that run and may change the same files, where that is to be said. `onto`: as of the task. */
  | {
      readonly kind: "go";
      readonly account: string;
      readonly beside?: readonly Beside[];
      readonly onto?: readonly string[];
    }
  | { readonly kind: "wait"; readonly reason: Reason };

export interface Beside {
  readonly task: string;
  /** The patterns that meet, its own and that of the other. */
  readonly files: readonly [string, string];
}

export const dispatch = (world: World): ReadonlyMap<string, Answer> => new Map(answers(world));

/** One after the other: each start takes a slot from those behind it. */
export function* answers(world: World): Generator<readonly [id: string, answer: Answer]> {
  const asked = new Asked(world);
  for (const task of world.tasks) yield [task.id, asked.answer(task)];
}

/** Whether it matters that two names may be one directory: then each has to be looked up, behind its links. */
export function comparesDirectories(
  { projects }: Pick<Config, "projects">,
  { tripped, attempts, tasks }: Pick<World, "tripped" | "attempts" | "tasks">,
): boolean {
  if (Object.values(projects).some(({ max }) => max !== undefined)) return true;
  if (Object.keys(tripped.dirs).length > 0 || attempts.some(waitsForQuiet)) return true;
  const limited = tasks.filter(
    (task) => task.isolated !== true && (task.isAgent === true || task.maxPerCwd !== undefined),
  );
  return limited.length > 0 && new Set([...limited, ...attempts].map(({ cwd }) => cwd)).size > 1;
}

const wait = (reason: Reason): Answer => ({ kind: "wait", reason });

class Asked {
  readonly #world: World;
  readonly #taken: Taken;
  readonly #standing: Standing;
  readonly #ofMode: Reason | undefined;
  readonly #elsewhere: Reason | undefined;
  /** The files each task may change, by its id; computed on first use. */
  #touches: ReadonlyMap<string, readonly string[]> | undefined;
  /** Starts of new tasks while the whole fleet is held: claimed ones go first. */
  #starts: number;
  /** By coder and the account of the session; until something goes. */
  readonly #choices = new Map<string, { readonly choice: Choice; readonly parked: Reason | undefined }>();

  constructor(world: World) {
    this.#world = world;
    this.#taken = new Taken(world);
    this.#standing = {
      wall: world.wall,
      slots: world.accounts,
      parked: world.parked,
      paused: world.paused,
      onTrial: world.onTrial ?? [],
      stagger: world.limits.limitStagger,
      onParked: world.limits.onParked,
    };
    this.#ofMode = modeReason(world);
    const { mode } = world;
    this.#elsewhere = mode.kind === "elsewhere" ? { kind: "supervised-elsewhere", where: mode.where } : undefined;
    const claimed = world.attempts.filter(({ phase }) => phase.kind === "claimed");
    this.#starts = startsLeft(world.hold, world.now) - claimed.length;
  }

  /** The longest-lasting reason comes first: what a person has to change, before what would be in the way next. */
  answer(task: TaskView): Answer {
    const { wall } = this.#world;
    const attempt = this.#taken.attempts.get(task.id);
    if (attempt !== undefined) return wait({ kind: "running", attempt });
    const obstacle = task.obstacles.find((one) => stands(one, wall));
    if (obstacle !== undefined)
      return wait(task.landing === undefined || obstacle.kind !== "landing" ? obstacle : this.#landing(task));
    const own = strayed(task) ?? noClone(task) ?? this.#backoff(task) ?? this.#tripped(task) ?? silent(task);
    if (own !== undefined) return wait(own);
    const { choice, parked } = this.#choose(task);
    const full = (): Reason | undefined => this.#full(task) ?? accountsFull(choice, this.#taken) ?? this.#elsewhere;
    const rest = parked ?? this.#ofMode ?? this.#ofMachine() ?? full();
    if (rest !== undefined) return wait(rest);
    if (choice.kind === "wait") throw new Error(`${task.id} has no account, and no reason`);
    const beside = task.sameFiles === "warn" ? this.#meeting(task) : [];
    this.#starts--;
    this.#taken.add(task.id, task, choice.name);
    this.#choices.clear();
    const { onto } = task;
    return {
      kind: "go",
      account: choice.name,
      ...(beside.length === 0 ? {} : { beside }),
      ...(onto === undefined ? {} : { onto }),
    };
  }

  /** It lands by itself. */
  #landing({ id, landing }: TaskView): Reason {
    const { landings = [] } = this.#world;
    const rest = this.#ofMode ?? this.#elsewhere;
    if (rest !== undefined) return rest;
    if (landing !== undefined && landing.after.length > 0) return { kind: "landing-after", on: landing.after };
    const own = landings.find(({ task }) => task === id);
    const state = own?.state ?? { kind: "free" };
    const first = own === undefined ? undefined : declinedBefore(landings, own);
    if (first?.state.kind === "held" && state.kind !== "under-way")
      return {
        kind: "landing-held",
        why: `as ${first.task}: ${first.state.why}`,
        command: first.state.mend,
        person: false,
      };
    switch (state.kind) {
      case "free":
        return { kind: "landing-next", behind: landBefore(landings, id) };
      case "under-way":
        return { kind: "landing-now" };
      case "held":
        return { kind: "landing-held", why: state.why, command: state.mend, person: state.person };
    }
  }

  #backoff({ notBefore, after }: TaskView): Reason | undefined {
    return notBefore > this.#world.wall ? { kind: "backoff", until: notBefore, after } : undefined;
  }

  /** A breaker that is open lets one through at a time, from its moment on. */
  #tripped(task: TaskView): Reason | undefined {
    const { tripped, breakers, wall } = this.#world;
    const { coder, cwd, setup = "" } = task;
    const key = coderKey(task);
    const asked = [
      ["coder", coder, tripped.coders[key], breakers.coders[key], this.#taken.ofLooked(task)],
      ["directory", cwd, tripped.dirs[cwd], breakers.dirs[cwd], this.#taken.inDirectory(cwd)],
      ["setup", setup, tripped.setups?.[setup], breakers.setups?.[setup], this.#settingUp(setup)],
    ] as const;
    for (const [of, name, from, breaker, [by]] of asked) {
      if (from === undefined) continue;
      const { failures, reason: error } = breaker ?? { failures: 0, reason: "" };
      if (from > wall) return { kind: "breaker", of, name, failures, error, from };
      if (by !== undefined) return { kind: "probed", of, name, by };
    }
    return undefined;
  }

  /** Attempts that may be about to run a project's setup: one that has its workspace is past that. */
  #settingUp(project: string): readonly string[] {
    const { attempts } = this.#world;
    const begun = new Set(attempts.filter(({ phase }) => phase.kind !== "claimed").map(({ task }) => task));
    return project === "" ? [] : this.#taken.inProject(project).filter((task) => !begun.has(task));
  }

  #choose({ coder, sessionAccount }: TaskView): { readonly choice: Choice; readonly parked: Reason | undefined } {
    const key = `${coder}\0${sessionAccount ?? ""}`;
    const known = this.#choices.get(key);
    if (known !== undefined) return known;
    const choice = choose(this.#standing, { coder, sessionAccount }, this.#taken.load);
    const made = { choice, parked: accountsParked(coder, choice, this.#world) };
    this.#choices.set(key, made);
    return made;
  }

  #ofMachine(): Reason | undefined {
    const { hold } = this.#world;
    return hold === undefined || this.#starts > 0
      ? undefined
      : { kind: "machine", of: hold.kind, why: holdWords(hold) };
  }

  #full(task: TaskView): Reason | undefined {
    const { coder, isolated, rooms = [], sameFiles } = task;
    const { limits, attempts } = this.#world;
    const { all } = this.#taken;
    if (all.length >= limits.maxConcurrent)
      return { kind: "fleet-full", max: limits.maxConcurrent, ...this.#taken.takers(all) };
    const ofCoder = this.#taken.ofCoder(coder);
    const perCoder = limits.maxPerCoder[coder] ?? Infinity;
    if (ofCoder.length >= perCoder) return { kind: "coder-full", coder, max: perCoder, ...this.#taken.takers(ofCoder) };
    const shared = isolated === true ? undefined : this.#sharedFull(task);
    if (shared !== undefined) return shared;
    for (const { dir, max } of rooms) {
      const inside = this.#taken.inProject(dir);
      if (inside.length >= max) return { kind: "project-full", project: dir, max, ...this.#taken.takers(inside) };
    }
    const [same, ...others] = sameFiles === "wait" ? this.#meeting(task) : [];
    if (same !== undefined)
      return {
        kind: "same-files",
        files: same.files,
        ...this.#taken.takers([same, ...others].map((other) => other.task)),
      };
    if (isolated === true) return undefined;
    // A check that waits for quiet would starve if others kept starting.
    const tree = treeOf(task);
    const quiet = attempts.find(
      (attempt) => treeOf(attempt) === tree && attempt.isolated !== true && waitsForQuiet(attempt),
    );
    return quiet === undefined ? undefined : { kind: "quiet", directory: tree, by: quiet.task };
  }

  /** Agents in one working tree block each other's index, and their changes can't be told apart. */
  #sharedFull(task: TaskView): Reason | undefined {
    const { maxPerCwd, isAgent } = task;
    const directory = treeOf(task);
    const there = this.#taken.inTree(directory);
    if (maxPerCwd !== undefined)
      return there.length < maxPerCwd
        ? undefined
        : { kind: "directory-full", directory, max: maxPerCwd, ...this.#taken.takers(there) };
    const agents = isAgent === true ? this.#taken.agentsIn(directory) : [];
    return agents.length === 0 ? undefined : { kind: "directory-taken", directory, ...this.#taken.takers(agents) };
  }

  /** Attempts that run, or are about to, and may change the same files. */
  #meeting({ id, touches = [] }: TaskView): Beside[] {
    if (touches.length === 0) return [];
    this.#touches ??= new Map(this.#world.tasks.map((task) => [task.id, task.touches ?? []]));
    const known = this.#touches;
    return this.#taken.all.flatMap((other): Beside[] => {
      const files = other === id ? undefined : meeting(touches, known.get(other) ?? [], this.#world.ignoresCase);
      return files === undefined ? [] : [{ task: other, files }];
    });
  }
}

const strayed = ({ strayed: why, cwd }: TaskView): Reason | undefined =>
  why === undefined ? undefined : { kind: "strayed", directory: cwd, why };

const noClone = ({ noClone: why, otherwise = "--isolate none", cwd }: TaskView): Reason | undefined =>
  why === undefined ? undefined : { kind: "no-clone", directory: cwd, why, otherwise };

const silent = ({ silent: is, cwd }: TaskView): Reason | undefined =>
  is === true ? { kind: "directory-silent", directory: cwd } : undefined;

/** A date may have come since the store was read. */
const stands = (obstacle: Obstacle, wall: number): boolean =>
  obstacle.kind !== "deferred" || obstacle.until === null || obstacle.until > wall;

function modeReason({ mode, unknown }: World): Reason | undefined {
  if (unknown) return { kind: "store-unknown" };
  switch (mode.kind) {
    case "running":
    // It would start if that one did what it does.
    case "elsewhere":
      return undefined;
    case "paused":
    case "draining":
    case "unsupervised":
      return { kind: mode.kind };
    case "stopping":
      return { kind: "stopping" };
    case "unreadable":
    case "blind":
    case "unsettled":
      return { kind: mode.kind, why: mode.why };
  }
}
