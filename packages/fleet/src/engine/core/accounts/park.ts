/**
 * Accounts that wait, as data: until a usage window resets, for a moment, for midnight (a daily limit), or until a person
 * acts. Keyed by the account's name; a coder without accounts in the settings has one that is named as the coder.
 */
import * as z from "zod/mini";

import { type Parks, PARKS } from "../../../attempts/records/outcome.ts";

/**
 * window: used up until its reset · minute: requests came too fast · outage: the provider can't be reached, or can't answer ·
 * auth: not signed in · credit: nothing is left to pay with · on-hold: the provider holds the account ·
 * secret: a secret of it can't be read · daily: its own limit for a day · hand: `fleet pause ACCOUNT` · unreadable: what
 * was said of it can't be read any more, and may have been any of these.
 */
const KINDS = [...PARKS, "secret", "daily", "hand", "unreadable"] as const;

export const parkSchema = z.object({
  /** RFC 3339; null until a person acts. */
  until: z.nullable(z.string()),
  reason: z.string(),
  kind: z.enum(KINDS),
  /** How often in a row it met this without having worked in between: the pauses grow with it. */
  repeats: z.number(),
  /** RFC 3339: since when it is free again. Kept until an attempt on it ends well, for `repeats`. */
  released: z.optional(z.string()),
});
export type Park = z.infer<typeof parkSchema>;
export type Parked = Readonly<Record<string, Park>>;

/** A person ends it; it is tried once in a while whether that is so. */
export const NEEDS_PERSON: ReadonlySet<Park["kind"]> = new Set<Parks>(["auth", "credit", "on-hold"]);

/** It resumes on its own within minutes: who has a session there waits for it. */
export const SHORT: ReadonlySet<Park["kind"]> = new Set<Parks>(["minute", "outage"]);

/**
 * Those that were released and have not been seen to work: one attempt at a time tries whether it is over. `answered`: since
 * when (milliseconds since 1970) an attempt runs on an account that its provider has answered.
 */
export function onTrial(parked: Parked, answered: ReadonlyMap<string, number>): string[] {
  return Object.entries(parked).flatMap(([name, { kind, released }]) => {
    if (released === undefined || (kind !== "outage" && !NEEDS_PERSON.has(kind))) return [];
    return (answered.get(name) ?? 0) >= Date.parse(released) ? [] : [name];
  });
}

/** Wall time until which it waits; Infinity until a person acts; a time that has passed says since when it is free again. */
export function waitsUntil(park: Park, autoResume: boolean): number {
  if (park.released !== undefined) return Date.parse(park.released);
  if (park.until === null || !autoResume) return Infinity;
  return Date.parse(park.until);
}

/** Why it waits; if it is retried periodically, with the command that retries now. */
export function parkReason(name: string, park: Park, autoResume: boolean): string {
  const isTried = NEEDS_PERSON.has(park.kind) && waitsUntil(park, autoResume) !== Infinity;
  return isTried ? `${park.reason} (fixed? fleet resume ${name})` : park.reason;
}

export function parkedUntil(parked: Parked, autoResume: boolean): Record<string, number> {
  return Object.fromEntries(Object.entries(parked).map(([account, park]) => [account, waitsUntil(park, autoResume)]));
}

/** Those that wait now. */
export function waiting(parked: Parked, autoResume: boolean, wall: number): Parked {
  return Object.fromEntries(Object.entries(parked).filter(([, park]) => waitsUntil(park, autoResume) > wall));
}
