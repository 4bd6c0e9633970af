/** The accounts of a simulated fleet: windows that are used up and come back, coders that are broken for a while. */
import type { Slot } from "../../src/engine/core/accounts/choose.ts";
import { type AccountsSeen, NOTHING_TOLD } from "../../src/engine/core/accounts/keep.ts";
import { type Park, type Parked, waitsUntil } from "../../src/engine/core/accounts/park.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";

/** How long a window lasts, and how many attempts it takes for each that may run at once. */
const WINDOW = 600_000;
const QUOTA = 2;

/** `a` has two, the second takes few at once; `b` has one. */
const slot = (name: string, coder: string, order: number, max?: number): Slot => {
  return { name, coder, order, weight: 1, max, free: false };
};
export const SLOTS: readonly Slot[] = [slot("a1", "a", 1), slot("a2", "a", 2, 3), slot("b1", "b", 1)];

interface State {
  used: number;
  resets: number;
}

export class SimulatedAccounts {
  readonly #states: ReadonlyMap<string, State>;
  readonly #broken = new Map<string, number>();
  readonly #quota: number;
  /** As on disk. */
  readonly #parked: Record<string, Park> = {};
  timesParked = 0;
  timesReleased = 0;

  constructor(maxConcurrent: number, now: number) {
    this.#quota = QUOTA * maxConcurrent;
    this.#states = new Map(SLOTS.map(({ name }) => [name, { used: 0, resets: now + WINDOW }]));
  }

  #state(name: string): State {
    const state = this.#states.get(name);
    if (state === undefined) throw new Error(`no account ${name}`);
    return state;
  }

  /** One more attempt on it: what its provider will say. */
  use(name: string, coder: string, now: number): "limit" | "broken" | undefined {
    const state = this.#state(name);
    if (now > state.resets) Object.assign(state, { used: 0, resets: now + WINDOW });
    state.used++;
    if ((this.#broken.get(coder) ?? 0) > now) return "broken";
    return state.used > this.#quota ? "limit" : undefined;
  }

  breakUntil(coder: string, time: number): void {
    this.#broken.set(coder, time);
  }

  resets(name: string): number {
    return this.#state(name).resets;
  }

  /** By what its provider said. */
  limited(name: string, until: number): void {
    const known = this.#parked[name];
    const before = known === undefined || known.released !== undefined ? 0 : waitsUntil(known, true);
    if (before < until)
      this.#parked[name] = { until: new Date(until).toISOString(), reason: "the window", kind: "window", repeats: 0 };
    this.timesParked++;
  }

  /** What the supervisor writes of it: here only that it continues, and never before its time; undefined where all is well. */
  keep(name: string, park: Park, now: number): string | undefined {
    const before = this.#parked[name];
    this.#parked[name] = park;
    if (park.released === undefined) return `${name} is parked without a limit`;
    this.timesReleased++;
    return before === undefined || waitsUntil(before, true) > now ? `${name} goes on before its time` : undefined;
  }

  seen(): AccountsSeen {
    const parked: Parked = { ...this.#parked };
    const none = { spent: new Map(), troubles: new Map(), answered: new Map() };
    return { config: DEFAULTS, parked, ...none, isUnsaved: false, told: NOTHING_TOLD };
  }
}
