/** The tasks as `fleet tasks` shows them, and what is to be said beside them. */
import { waitText } from "../../attempts/questions/describe.ts";
import { openIn } from "../../attempts/questions/open.ts";
import { cwdOf } from "../../engine/core/tasks.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { modeText } from "../../engine/shell/state/mode-file.ts";
import { shownSettings } from "../../settings/shown.ts";
import type { Fleet } from "../open.ts";
import { takenOffLine, takenOffTasks } from "./taken-off.ts";
import { overview, type Scope, type TaskRow } from "./overview.ts";

export const taskRows = async ({ home, store, now }: Fleet, scope: Scope): Promise<TaskRow[]> =>
  overview(home, store.snapshot(), await shownSettings(home, store), now(), scope);

/** Every directory that a task has. */
export const taskDirectories = ({ store }: Fleet): string[] =>
  store
    .snapshot()
    .all()
    .map(cwdOf)
    .filter((cwd) => cwd !== "");

export interface Beside {
  /** A supervisor is there. */
  readonly supervised: boolean;
  /** Questions that are open, the mode where it claims nothing, what holds the fleet, what was taken off: a sentence each. */
  readonly said: readonly string[];
}

export function besideTasks({ home, store, now }: Fleet): Beside {
  const hold = shownHold(home);
  const said = [
    waitText(openIn(store, now()).length).trimEnd(),
    modeText(home, now()) ?? "",
    hold === undefined ? "" : `Nothing starts: ${hold.text}`,
    takenOffLine(takenOffTasks(home, store.snapshot())),
  ];
  return { supervised: leaderOf(home).kind !== "none", said: said.filter((line) => line !== "") };
}
