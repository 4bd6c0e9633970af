/**
 * Which account the next attempt runs on. Pure: in their order, those of the same order in proportion to their weights;
 * never one that is parked or has all it may run. A session that is to be gone on with stays on its account.
 */
import type { TaskView } from "../world.ts";

/** An account as the plan needs it. */
export interface Slot {
  readonly name: string;
  readonly coder: string;
  readonly order: number;
  readonly weight: number;
  /** How many attempts it may run at once. */
  readonly max: number | undefined;
  /** Nothing is spent on it, so that the fleet's own park does not hold it. */
  readonly free: boolean;
}

/** The name under which the fleet as a whole is parked: its daily limit is reached. */
export const FLEET = "*";

export interface Standing {
  readonly wall: number;
  readonly slots: readonly Slot[];
  /** Wall time until which each waits; a time that has passed says since when it goes on. */
  readonly parked: Readonly<Record<string, number>>;
  /** Those of them that only pause for a moment. */
  readonly paused: readonly string[];
  /** After a park, one more attempt is let in each time this passes: what waited does not come back in one second. */
  readonly stagger: number;
  readonly onParked: "wait" | "fresh";
}

/** A coder that has no slot has its implicit one. */
export function slotsOf(slots: readonly Slot[], coder: string): readonly Slot[] {
  const own = slots.filter((slot) => slot.coder === coder);
  return own.length === 0 ? [{ name: coder, coder, order: 0, weight: 1, max: undefined, free: false }] : own;
}

/** How many attempts this account may run now. */
export function room(standing: Standing, slot: Slot): number {
  const { wall, parked, stagger } = standing;
  const times = [parked[slot.name], slot.free ? undefined : parked[FLEET]].filter((time) => time !== undefined);
  const until = Math.max(...times);
  if (until > wall) return 0;
  const risen = times.length === 0 || stagger <= 0 ? Infinity : 1 + Math.floor((wall - until) / stagger);
  return Math.min(slot.max ?? Infinity, risen);
}

/** The account, or undefined where the task has to wait. `load`: how many attempts each runs. */
export function choose(
  standing: Standing,
  task: Pick<TaskView, "coder" | "sessionAccount">,
  load: ReadonlyMap<string, number>,
): string | undefined {
  const slots = slotsOf(standing.slots, task.coder);
  const running = (slot: Slot): number => load.get(slot.name) ?? 0;
  const home = slots.find((slot) => slot.name === task.sessionAccount);
  const open = (slot: Slot): boolean => running(slot) < room(standing, slot);
  if (home !== undefined) {
    if (open(home)) return home.name;
    const isParked = room(standing, home) === 0 && !standing.paused.includes(home.name);
    if (!isParked || standing.onParked === "wait") return undefined;
  }
  const share = (slot: Slot): number => (running(slot) + 1) / slot.weight;
  // A stable sort: what is equal stays as it was written.
  const [best] = slots.filter(open).sort((a, b) => a.order - b.order || share(a) - share(b));
  return best?.name;
}
