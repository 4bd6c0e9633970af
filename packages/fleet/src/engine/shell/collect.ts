/** The workspaces and depots of a home, looked at for `fleet gc`: what there is to be known of each before it may go. */
import { existsSync } from "node:fs";

import { ifReadable } from "@fleet/kit/errors";
import { heldBy } from "@fleet/store/claims";
import { setting } from "@fleet/store/task-settings";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis } from "@fleet/store/time";

import { attemptsOf, tasksDir } from "../../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import { readOutcome } from "../../attempts/records/record.ts";
import { bytesOf } from "../../attempts/records/removal.ts";
import { readTaken } from "../../attempts/records/taken.ts";
import type { Depot, Places } from "../../workspaces/depots.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import { inUse } from "../../workspaces/remove.ts";
import type { WorkspaceFacts } from "../core/collect.ts";
import { lookUp } from "./observe/look-up.ts";

export interface SeenWorkspace extends WorkspaceFacts {
  readonly dir: string;
  readonly depot: string;
}

/** The ones that exist. */
export function workspacesIn(home: string, snapshot: Snapshot, letGo: ReadonlySet<string>): SeenWorkspace[] {
  return list(tasksDir(home)).flatMap((task) => {
    const record = ifReadable(() => readWorkspace(home, task));
    if (record === undefined || !existsSync(record.dir)) return [];
    const { dir, depot } = record;
    const attempts = attemptsOf(home, task);
    const outcomes = attempts.map((one) => ({ ...one, outcome: ifReadable(() => readOutcome(one.dir)) }));
    const last = attempts.at(-1);
    const taken = last === undefined ? undefined : ifReadable(() => readTaken(last.dir));
    const ended = outcomes.flatMap(({ outcome }) => (outcome === undefined ? [] : [Date.parse(outcome.at)]));
    const state = stateOf(snapshot, task);
    return [
      {
        task,
        dir,
        depot,
        task_is: state.is,
        closedAt: state.closedAt ?? ended.at(-1) ?? Date.parse(record.made_at),
        unsettled: outcomes.filter(({ outcome }) => outcome === undefined).map(({ name }) => name),
        inUse: inUse(dir),
        left: leftOf(taken),
        isLetGo: letGo.has(task),
      },
    ];
  });
}

export const sizeOf = (dir: string): number => bytesOf(dir);

/** Nothing was ever taken of one whose attempts never began to work: what is in it is looked at when it goes. */
function leftOf(taken: ReturnType<typeof readTaken>): readonly string[] {
  if (taken === undefined) return [];
  return taken.kind === "taken" ? taken.left : [`all of it (${taken.why})`];
}

function stateOf(snapshot: Snapshot, task: string): { is: WorkspaceFacts["task_is"]; closedAt?: number } {
  const looked = lookUp(snapshot, task);
  if (looked.kind === "unknown") return { is: "unknown" };
  const { issue } = looked;
  if (issue === undefined) return { is: "closed" };
  if (heldBy(issue) !== undefined) return { is: "held" };
  if (issue.status === "closed") {
    const at = millis(issue.closed_at);
    return { is: "closed", ...(at > 0 ? { closedAt: at } : {}) };
  }
  return { is: issue.status === "blocked" ? "waiting" : "live" };
}

/** When it was closed, in milliseconds since 1970; undefined where it is open, or was deleted. */
export const closedAt = (snapshot: Snapshot, task: string): number | undefined => stateOf(snapshot, task).closedAt;

/** Whether a task is closed or deleted, and no attempt holds it. */
export const isOver = (snapshot: Snapshot, task: string): boolean => stateOf(snapshot, task).is === "closed";

/** Where the repository of a depot may be, when it is no longer where it was. */
export function placesFor(
  snapshot: Snapshot,
  projects: readonly string[],
  { attempted, begun }: Pick<Depot, "attempted" | "begun">,
): Places {
  const tasks = new Set([...attempted, ...begun]);
  const [own, others]: [Set<string>, Set<string>] = [new Set(), new Set(projects)];
  for (const issue of snapshot.all()) {
    const cwd = setting(issue, "cwd");
    if (cwd !== undefined) (tasks.has(issue.id) ? own : others).add(cwd);
  }
  return { own: [...own], others: [...others] };
}
