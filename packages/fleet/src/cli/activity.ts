/** Lines of the feed, as people read them. */
import { own } from "@fleet/kit/own";
import { table } from "@fleet/kit/table";
import { clockTime, day, localTimes } from "@fleet/kit/when";

import type { ActivityEvent } from "../app/views/activity.ts";
import { type Colours, painted } from "./style.ts";

/** Colours: what needs a person, what went wrong, what is done; everything else in the text's colour. */
const HUES: Readonly<Partial<Record<ActivityEvent["event"], "green" | "red" | "yellow" | "dim">>> = {
  done: "green",
  mended: "green",
  blocked: "yellow",
  question: "yellow",
  waiting: "yellow",
  park: "yellow",
  hold: "yellow",
  limit: "yellow",
  "rate-limited": "yellow",
  outage: "yellow",
  asked: "yellow",
  killed: "yellow",
  interrupted: "yellow",
  frozen: "yellow",
  trouble: "red",
  failed: "red",
  "spawn-failed": "red",
  "claimed-done-unproven": "red",
  "timed-out": "red",
  stalled: "red",
  hung: "red",
  lost: "red",
  auth: "red",
  "no-credit": "red",
  "over-budget": "red",
  "out-of-scope": "red",
  tidy: "dim",
  start: "dim",
  exit: "dim",
};

/** Wide enough for most events, so that the columns behind them line up. */
const EVENT = 12;

/** Prints entries as they come, with the date in front of the first of each day that is not today. */
export class ActivityLines {
  readonly #c: Colours;
  readonly #width: number;
  #day: string;

  /** `now`: milliseconds since 1970; a time of today is shown without its date. */
  constructor(c: Colours, width: number, now: number) {
    this.#c = c;
    this.#width = width;
    this.#day = day(now);
  }

  of({ at, event, task, text }: ActivityEvent, now: number): string {
    const millis = Date.parse(at);
    const date = day(millis);
    const heading = date === this.#day ? "" : `${this.#c.dim(date)}\n`;
    this.#day = date;
    const hue = own(HUES, event);
    const cells = [
      painted(clockTime(millis), this.#c.dim),
      painted(event.padEnd(EVENT), hue === undefined ? (plain) => plain : this.#c[hue]),
      ...(task === null ? [] : [task]),
      localTimes(text, now),
    ];
    return `${heading}${table([cells], { width: this.#width }).join("\n")}\n`;
  }
}
