/**
 * The machine of a simulated fleet: what it is short of for a while, and in which place (container, host) its supervisor runs.
 * A supervisor in another place finds what the last one left there out of its reach, until a person says that it is gone.
 */
import type { Shortage } from "@fleet/kit/shortage";

import { eased, type FleetHold, met, NOTHING_MET, type Met } from "../../src/engine/core/machine.ts";

export class SimulatedMachine {
  #shortUntil = 0;
  #met: Met = NOTHING_MET;
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
    this.met("processes", "start", now);
    return true;
  }

  met(of: Shortage, what: string, now: number): void {
    this.#met = met(this.#met, of, what, now);
    this.#isMet = true;
  }

  get hold(): FleetHold | undefined {
    const { short } = this.#met;
    return short === undefined ? undefined : { kind: "short", ...short };
  }

  /** A tick is over. */
  done(now: number): void {
    if (!this.#isMet) this.#met = eased(this.#met, now);
    this.#isMet = false;
  }

  /** The supervisor is dead, and what it knew. */
  forget(): void {
    this.#met = NOTHING_MET;
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
