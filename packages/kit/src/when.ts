/**
 * Moments for people: in their own time zone, with the date where it is not today; waits as well by how long they are. Programs
 * get RFC 3339 in UTC. Everything takes milliseconds since 1970.
 */
import { duration } from "./duration.ts";

const two = (n: number): string => String(n).padStart(2, "0");

/** "2026-11-29". */
export function day(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "14:29:05": for the lines of a log. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const today = (at: number, now: number): string => (day(at) === day(now) ? "" : `${day(at)} `);

/** "14:29", or "2026-11-29 14:29". */
export const moment = (at: number, now: number): string => `${today(at, now)}${clockTime(at).slice(0, 5)}`;

/** As `moment`, to the second: for what is over soon, or happened just now. */
export const exactly = (at: number, now: number): string => `${today(at, now)}${clockTime(at)}`;

/** "in 4m, at 14:29"; "now" for what is due. */
export const wait = (at: number, now: number): string =>
  at <= now ? "now" : `in ${duration(at - now)}, at ${moment(at, now)}`;

const STAMP = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)(?!\w)/g;

/** Moments that stand in a text as programs write them, as people read them: what is recorded is read in many time zones. */
export const localTimes = (text: string, now: number): string =>
  text.replaceAll(STAMP, (written) => {
    const at = Date.parse(written);
    return Number.isNaN(at) ? written : exactly(at, now);
  });
