/**
 * Which account the next attempt runs on. Pure: in their order, those of the same order in proportion to their weights;
 * never one that is parked or has all it may run. A session that is to be resumed stays on its account.
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
  /** Wall time until which each waits; a time that has passed says since when it is free again. */
  readonly parked: Readonly<Record<string, number>>;
  /** Those of them that only pause for a moment. */
  readonly paused: readonly string[];
  /** Those that may be as they were when they were parked: one attempt at a time tries. */
  readonly onTrial: readonly string[];
  /** After a park, one more attempt is let in each time this passes: what waited does not come back in one second. */
  readonly stagger: number;
  readonly onParked: "wait" | "fresh";
}

/** A coder that has no slot has its implicit one. */
export function slotsOf(slots: readonly Slot[], coder: string): readonly Slot[] {
  const own = slots.filter((slot) => slot.coder === coder);
  return own.length === 0 ? [{ name: coder, coder, order: 0, weight: 1, max: undefined, free: false }] : own;
}

/** What an account has room for now. */
export type Room =
  | { readonly kind: "free" }
  /** Parked; until Infinity: until a person acts. `fleet`: all of the fleet is. */
  | { readonly kind: "parked"; readonly until: number; readonly fleet: boolean }
  /** It was parked, and takes one more attempt at this time. */
  | { readonly kind: "rising"; readonly at: number }
  /** One attempt tries whether what it waited for is over; the others wait for that. */
  | { readonly kind: "trial" }
  | { readonly kind: "full" };

/** `running`: how many attempts it runs. */
export function room({ wall, parked, stagger, onTrial }: Standing, slot: Slot, running: number): Room {
  const own = parked[slot.name] ?? -Infinity;
  const fleet = slot.free ? -Infinity : (parked[FLEET] ?? -Infinity);
  const until = Math.max(own, fleet);
  if (until > wall) return { kind: "parked", until, fleet: fleet > wall };
  if (running >= (slot.max ?? Infinity)) return { kind: "full" };
  if (running > 0 && onTrial.includes(slot.name)) return { kind: "trial" };
  if (until === -Infinity || stagger <= 0 || running < 1 + Math.floor((wall - until) / stagger))
    return { kind: "free" };
  return { kind: "rising", at: until + running * stagger };
}

export type Choice =
  | { readonly kind: "account"; readonly name: string }
  /** What each of the accounts that could run it has; `session`: only that of its session could. */
  | {
      readonly kind: "wait";
      readonly session: boolean;
      readonly rooms: readonly { readonly name: string; readonly room: Exclude<Room, { kind: "free" }> }[];
    };

/** `load`: how many attempts each runs. */
export function choose(
  standing: Standing,
  task: Pick<TaskView, "coder" | "sessionAccount">,
  load: ReadonlyMap<string, number>,
): Choice {
  const slots = slotsOf(standing.slots, task.coder);
  const running = (slot: Slot): number => load.get(slot.name) ?? 0;
  const roomOf = (slot: Slot): Room => room(standing, slot, running(slot));
  const home = slots.find((slot) => slot.name === task.sessionAccount);
  if (home !== undefined) {
    const own = roomOf(home);
    if (own.kind === "free") return { kind: "account", name: home.name };
    const isParked = own.kind === "parked" && !standing.paused.includes(home.name);
    if (!isParked || standing.onParked === "wait")
      return { kind: "wait", session: slots.length > 1, rooms: [{ name: home.name, room: own }] };
  }
  const share = (slot: Slot): number => (running(slot) + 1) / slot.weight;
  const free: Slot[] = [];
  const rooms: { name: string; room: Exclude<Room, { kind: "free" }> }[] = [];
  for (const slot of slots) {
    const own = roomOf(slot);
    if (own.kind === "free") free.push(slot);
    else rooms.push({ name: slot.name, room: own });
  }
  // A stable sort: what is equal stays as it was written.
  const [best] = free.sort((a, b) => a.order - b.order || share(a) - share(b));
  return best === undefined ? { kind: "wait", session: false, rooms } : { kind: "account", name: best.name };
}
