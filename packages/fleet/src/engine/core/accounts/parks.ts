/** What parked accounts mean for what may start, and for what runs. Pure. */
import type { World } from "../world.ts";
import { onTrial, parkedUntil, parkReason, type Parked, SHORT, waiting } from "./park.ts";

export type Parks = Pick<World, "parked" | "parkedWhy" | "paused" | "onTrial" | "spentUp">;

const NOBODY: ReadonlyMap<string, number> = new Map();

/** `answered`: see `onTrial`; who explains why a task waits does not know it. */
export function parksIn(parked: Parked, autoResume: boolean, wall: number, answered = NOBODY): Parks {
  const now = waiting(parked, autoResume, wall);
  return {
    parked: parkedUntil(parked, autoResume),
    parkedWhy: Object.fromEntries(
      Object.entries(now).map(([name, park]) => [name, parkReason(name, park, autoResume)]),
    ),
    paused: Object.keys(now).filter((name) => SHORT.has(now[name]?.kind ?? "window")),
    onTrial: onTrial(parked, answered),
    spentUp: Object.fromEntries(Object.entries(now).filter(([, park]) => park.kind === "daily")),
  };
}
