/**
 * What lands next: of each repository one task at a time, the others wait with the reason. Pure. What a supervisor that was killed
 * left is no part of it: whether a task has landed is asked of its target.
 */
import type { Via } from "../../settings/land.ts";

/** A task whose work waits to be on its target by itself, as the queue has it. */
export interface ToLand {
  readonly priority: number;
  readonly via: Via;
  /** RFC 3339: since when its work is accepted. */
  readonly at: string;
  /** Tasks that it needs and that are not over: nothing lands before what it may be made from. */
  readonly after: readonly string[];
}

/**
 * free: it may be tried · under-way: it is being built, checked or moved · held: it was tried, and something is in the way.
 * `isDue`: what was in the way may be gone, so that it is tried again.
 */
export type LandingState =
  | { readonly kind: "free" }
  | { readonly kind: "under-way" }
  | ({ readonly kind: "held"; readonly isDue: boolean } & LandingHold);

/** What is in the way of one. `person`: nothing but a person's act ends it. `holds`: what waits for that, it alone or all that goes to its target. */
export interface LandingHold {
  readonly why: string;
  /** The command for a person. */
  readonly mend: string | null;
  readonly person: boolean;
  readonly holds: Holds;
}

export type Holds = "task" | "target";

export interface LandingView extends ToLand {
  readonly task: string;
  /** The name of the branch. */
  readonly target: string;
  /** Into which one after the other lands: a repository. */
  readonly repository: string;
  readonly state: LandingState;
}

export interface Land {
  readonly kind: "land";
  readonly task: string;
}

type Ordered = Pick<LandingView, "task" | "priority" | "at" | "after">;

/** Most urgent first, then the earliest accepted. */
const byLanding = (a: Ordered, b: Ordered): number =>
  a.priority - b.priority || compare(a.at, b.at) || compare(a.task, b.task);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** As they would land: each after those of them that it needs, and otherwise as `byLanding` says. */
export function inLandingOrder<T extends Ordered>(all: readonly T[]): T[] {
  const left = [...all].sort(byLanding);
  const order: T[] = [];
  while (left.length > 0) {
    const names = new Set(left.map(({ task }) => task));
    const free = left.findIndex(({ after }) => !after.some((one) => names.has(one)));
    // Tasks that need each other never land; they come last.
    order.push(...left.splice(Math.max(0, free), free < 0 ? left.length : 1));
  }
  return order;
}

const holdsTarget = ({ state }: LandingView): boolean => state.kind === "held" && state.holds === "target";

const isSameTarget = (one: LandingView, other: LandingView): boolean =>
  one.repository === other.repository && one.via === other.via && one.target === other.target;

/** The task with which its target declined everything: the others wait until that one is taken, or is to land no more. */
export const declinedBefore = (all: readonly LandingView[], own: LandingView): LandingView | undefined =>
  holdsTarget(own) ? undefined : all.find((one) => holdsTarget(one) && isSameTarget(one, own));

const mayTry = (all: readonly LandingView[], one: LandingView): boolean =>
  one.after.length === 0 &&
  (one.state.kind === "free" || (one.state.kind === "held" && one.state.isDue)) &&
  declinedBefore(all, one) === undefined;

/** The landings to start now. A held one does not delay the others. */
export function landingsToBegin(all: readonly LandingView[]): Land[] {
  const taken = new Set(all.filter(({ state }) => state.kind === "under-way").map(({ repository }) => repository));
  const begun: Land[] = [];
  for (const one of [...all].sort(byLanding)) {
    if (taken.has(one.repository) || !mayTry(all, one)) continue;
    taken.add(one.repository);
    begun.push({ kind: "land", task: one.task });
  }
  return begun;
}

/** The tasks that land before this one in its repository. */
export function landBefore(all: readonly LandingView[], task: string): string[] {
  const own = all.find((one) => one.task === task);
  if (own === undefined) return [];
  return all
    .filter(
      (one) =>
        one.repository === own.repository &&
        one.task !== task &&
        (one.state.kind === "under-way" || (byLanding(one, own) < 0 && mayTry(all, one))),
    )
    .sort(byLanding)
    .map((one) => one.task);
}
