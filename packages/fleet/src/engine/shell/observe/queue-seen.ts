/**
 * The tasks that are not finished, as `dispatch` takes them: made anew when the branch or the settings changed, not in every
 * tick (10 000 of them take about 0.1 s).
 */
import { heldHere } from "@fleet/store/held-here";
import { homeId } from "@fleet/store/home-id";
import type { Snapshot } from "@fleet/store/snapshot";

import { comparesDirectories } from "../../core/dispatch.ts";
import { tasksOf } from "../../core/tasks.ts";
import type { AttemptView, TaskView, World } from "../../core/world.ts";
import type { Config } from "../../../settings/schema.ts";
import type { Name, Names } from "./real-names.ts";
import type { SourcesSeen } from "./sources-seen.ts";

/** How often what this home keeps beside the branch (who is not trusted yet) is looked at again, in milliseconds. */
const AGE = 1_000;

interface Seen extends Pick<World, "tasks"> {
  /** Their directories have one name each. */
  readonly isNamed: boolean;
}

interface Made extends Seen {
  readonly tip: string;
  readonly config: Config;
  readonly at: number;
  /** The version of the known names; undefined if none were asked for. */
  readonly names: number | undefined;
  /** Other reasons why directories are compared. */
  readonly compared: string;
  /** The version of what was known about sources. */
  readonly sources: number;
  readonly untrusted: number;
}

export interface Around {
  readonly names: Names;
  readonly sources: SourcesSeen;
  readonly tripped: World["tripped"];
  readonly attempts: World["attempts"];
}

export class QueueSeen {
  readonly #gitDir: string;
  #made: Made | undefined;
  #lookedAt = -Infinity;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /**
   * `names`: asked where directories are compared, so that each has one. A task in one whose name was asked for is left out
   * until the answer: whether there is room for it can't be told. So is one of whose directory it is not known yet whether it can
   * begin there.
   */
  look(snapshot: Snapshot, config: Config, wall: number, around: Around): Seen {
    const { names, sources } = around;
    const made = this.#made;
    const compared = comparedBeside(around);
    const isSame =
      made?.tip === snapshot.tip &&
      made.config === config &&
      made.compared === compared &&
      (made.names ?? names.version) === names.version &&
      made.sources === sources.version &&
      wall >= made.at;
    if (isSame && wall - this.#lookedAt < AGE && wall >= this.#lookedAt) return made;
    const here = heldHere(this.#gitDir);
    this.#lookedAt = wall;
    if (isSame && made.untrusted + here.size === 0) return made;
    const homes = { here, homeId: homeId(this.#gitDir) };
    const tasks = withSources(tasksOf(snapshot, config, wall, homes), sources);
    const isNamed = comparesDirectories(config, { ...around, tasks });
    this.#made = {
      tasks: isNamed ? withOneName(tasks, names) : tasks,
      isNamed,
      compared,
      tip: snapshot.tip,
      config,
      at: wall,
      names: isNamed ? names.version : undefined,
      sources: sources.version,
      untrusted: here.size,
    };
    return this.#made;
  }
}

/** The directory of an attempt gets its real name when it starts. */
const comparedBeside = ({ tripped, attempts }: Around): string =>
  [
    String(comparesDirectories({ projects: {} }, { tripped, attempts, tasks: [] })),
    ...new Set(attempts.map(({ cwd }) => cwd).sort()),
  ].join("\0");

/** A project's directory, by its real name as soon as that is known. */
const realOf = (name: Name, dir: string): string => (name.kind === "known" ? name.real : dir);

function withOneName(tasks: readonly TaskView[], { of }: Names): TaskView[] {
  return tasks.flatMap((task): TaskView[] => {
    const name = of(task.cwd);
    const rooms = (task.rooms ?? []).map(({ dir, max }) => ({ dir: realOf(of(dir), dir), max }));
    switch (name.kind) {
      case "asked":
        return [];
      case "silent":
        return [{ ...task, silent: true }];
      case "known":
        return [{ ...task, cwd: name.real, tree: name.tree, rooms }];
    }
  });
}

/** An attempt with what is known of its directory; whose record tells its working tree has been in it, and nobody need be asked. */
export function withTree(attempt: AttemptView, { of }: Names): AttemptView {
  const { place, isolated } = attempt;
  if (place?.git === true && isolated !== true) return { ...attempt, tree: place.path };
  const name = of(attempt.cwd);
  return name.kind === "known" ? { ...attempt, cwd: name.real, tree: name.tree } : attempt;
}

/** Only of tasks that could start otherwise: a person is told first what is in the way of those. */
function withSources(tasks: readonly TaskView[], { of, only }: SourcesSeen): TaskView[] {
  const asksFor = ({ isolated, was, obstacles }: TaskView): boolean =>
    (isolated === true || was !== undefined) && obstacles.length === 0;
  only(tasks.filter(asksFor));
  return tasks.flatMap((task) => {
    if (!asksFor(task)) return [task];
    const seen = of(task);
    switch (seen.kind) {
      case "asked":
        return [];
      case "possible":
        // Beyond its setup: that of its project may fail.
        return [seen.isSetUp === true ? { ...task, setup: undefined } : task];
      case "no-clone":
        return [{ ...task, noClone: seen.why, otherwise: seen.otherwise }];
      case "strayed":
        return [{ ...task, strayed: seen.why }];
    }
  });
}
