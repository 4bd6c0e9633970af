/**
 * The machine of a simulated fleet: what it is short of for a while, and in which place (container, host) its supervisor runs.
 * A supervisor in another place finds what the last one left there out of its reach, until a person says that it is gone.
 */
import { type FleetHold, refused, type Short } from "../../src/engine/core/machine.ts";

export class SimulatedMachine {
  #shortUntil = 0;
  #short: Short | undefined;
  #isMet = false;
  /** Where the supervisor runs now. */
  place = 0;
  readonly #goneAt = new Map<number, number>();
  readonly #gone = new Set<number>();
  timesShort = 0;
  timesMoved = 0;

  lacksUntil(until: number): void {
    this.#shortUntil = until;
    this.timesShort++;
  }

  isShort(now: number): boolean {
    return now < this.#shortUntil;
  }

  /** True where a start is refused; the supervisor takes notice. */
  refuses(now: number): boolean {
    if (!this.isShort(now)) return false;
    this.#short = refused(this.#short, "processes", "start", now);
    this.#isMet = true;
    return true;
  }

  get hold(): FleetHold | undefined {
    return this.#short === undefined ? undefined : { kind: "short", ...this.#short };
  }

  /** A tick is over. */
  done(now: number): void {
    if (!this.#isMet && this.#short !== undefined && now >= this.#short.probeAt) this.#short = undefined;
    this.#isMet = false;
  }

  /** The supervisor is dead, and what it knew. */
  forget(): void {
    this.#short = undefined;
    this.#isMet = false;
  }

  /** The next supervisor runs in a new place; somebody says at `at` that this one is gone. */
  move(at: number): void {
    this.#goneAt.set(this.place, at);
    this.place++;
    this.timesMoved++;
  }

  /** The places that are gone from now on, with all that runs there. */
  gone(now: number): number[] {
    const places = [...this.#goneAt].flatMap(([place, at]) => (at <= now ? [place] : []));
    for (const place of places) {
      this.#goneAt.delete(place);
      this.#gone.add(place);
    }
    return places;
  }

  isGone(place: number): boolean {
    return this.#gone.has(place);
  }

  /** Nobody here can judge what runs there. */
  isElsewhere(place: number): boolean {
    return place !== this.place && !this.#gone.has(place);
  }
}
