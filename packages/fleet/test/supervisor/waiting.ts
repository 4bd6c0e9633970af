/** Tasks that run until the project has the file `go`. */
import type { Fleet } from "../support/fleet.ts";

export const WAIT =
  'echo start >>"ran.$FLEET_TASK_ID"; while [ ! -e go ]; do sleep 0.05; done; echo end >>"ran.$FLEET_TASK_ID"';

export const started = (fleet: Fleet, ids: readonly string[]): string[] => ids.filter((id) => fleet.ran(id) !== "");

export async function tasks(fleet: Fleet, count: number, script = WAIT): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n++) ids.push(await fleet.task(`task ${n}`, script));
  return ids;
}
