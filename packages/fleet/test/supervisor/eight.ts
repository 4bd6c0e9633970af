/** Eight children that run until they are let go. */
import { readPid } from "../../src/attempts/records/pid-file.ts";
import type { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

export const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

/** Leaves a line at its start, waits for the word, leaves one at its end, and closes its own task where asked to. */
export const waiting = (close: boolean): string => `
echo start >>"ran.$FLEET_TASK_ID"
while [ ! -e go ]; do sleep 0.05; done
${close ? 'fleet bd close "$FLEET_TASK_ID" --reason "waited for the word" >/dev/null || exit 7' : ""}
echo end >>"ran.$FLEET_TASK_ID"
`;

export async function eightRunning(fleet: Fleet, close: boolean): Promise<string[]> {
  const ids: string[] = [];
  for (const n of EIGHT) ids.push(await fleet.task(`wait ${n}`, waiting(close)));
  await fleet.start();
  await until("eight that run", () => ids.every((id) => fleet.ran(id) === "start\n"));
  return ids;
}

export const adoptions = (fleet: Fleet): number => fleet.journal().split('"event":"adopt"').length - 1;

export function wrapperOf(fleet: Fleet, id: string): number {
  const pid = readPid(fleet.dir(id));
  if (pid.kind !== "wrapper") throw new Error(`no wrapper recorded for ${id}`);
  return pid.pid;
}
