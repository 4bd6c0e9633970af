/**
 * The tasks that are not finished, as `dispatch` takes them: made anew when the branch or the settings changed, not in every
 * tick (10 000 of them take about 0.1 s).
 */
import { heldHere } from "@fleet/store/held-here";
import { homeId } from "@fleet/store/home-id";
import type { Snapshot } from "@fleet/store/snapshot";

import { tasksOf } from "../../core/tasks.ts";
import type { TaskView, World } from "../../core/world.ts";
import type { Config } from "../../../settings/schema.ts";
import type { Name, Names } from "./real-names.ts";

/** How often what this home keeps beside the branch (who is not trusted yet) is looked at again, in milliseconds. */
const AGE = 1_000;

type Seen = Pick<World, "tasks">;

interface Made extends Seen {
  readonly tip: string;
  readonly config: Config;
  readonly at: number;
  /** Of the names that were known; undefined where none were asked for. */
  readonly names: number | undefined;
  readonly untrusted: number;
}

export class QueueSeen {
  readonly #gitDir: string;
  #made: Made | undefined;
  #lookedAt = -Infinity;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /**
   * `names`: where directories are compared, so each has to have one name. A task in one whose name was asked for is left out
   * until the answer: whether there is room for it can't be told.
   */
  look(snapshot: Snapshot, config: Config, wall: number, names: Names | undefined): Seen {
    const made = this.#made;
    const isSame =
      made?.tip === snapshot.tip && made.config === config && made.names === names?.version && wall >= made.at;
    if (isSame && wall - this.#lookedAt < AGE && wall >= this.#lookedAt) return made;
    const here = heldHere(this.#gitDir);
    this.#lookedAt = wall;
    if (isSame && made.untrusted + here.size === 0) return made;
    const homes = { here, homeId: homeId(this.#gitDir) };
    const tasks = tasksOf(snapshot, config, wall, homes);
    this.#made = {
      tasks: names === undefined ? tasks : withOneName(tasks, names),
      tip: snapshot.tip,
      config,
      at: wall,
      names: names?.version,
      untrusted: here.size,
    };
    return this.#made;
  }
}

/** A project's directory, by its real name as soon as that is known. */
const realOf = (name: Name, dir: string): string => (name.kind === "known" ? name.real : dir);

function withOneName(tasks: readonly TaskView[], { of }: Names): TaskView[] {
  return tasks.flatMap((task) => {
    const name = of(task.cwd);
    const rooms = (task.rooms ?? []).map(({ dir, max }) => ({ dir: realOf(of(dir), dir), max }));
    switch (name.kind) {
      case "asked":
        return [];
      case "silent":
        return [{ ...task, silent: true }];
      case "known":
        return name.real === task.cwd && rooms.length === 0 ? [task] : [{ ...task, cwd: name.real, rooms }];
    }
  });
}
