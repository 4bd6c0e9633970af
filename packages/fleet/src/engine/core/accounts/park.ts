/**
 * Accounts that wait, as data: until a usage window resets, for a moment, for midnight (a daily limit), or until a person
 * acts. Keyed by the account's name; a coder without accounts in the settings has one that is named as the coder.
 */
import * as z from "zod/mini";

/**
 * window: used up until its reset · minute: requests came too fast, or the provider is overloaded · auth: not signed in ·
 * secret: a secret of it can't be read · daily: its own limit for a day · hand: `fleet pause ACCOUNT` · unreadable: what
 * was said of it can't be read any more, and may have been any of these.
 */
const KINDS = ["window", "minute", "auth", "secret", "daily", "hand", "unreadable"] as const;

export const parkSchema = z.object({
  /** RFC 3339; null until a person acts. */
  until: z.nullable(z.string()),
  reason: z.string(),
  kind: z.enum(KINDS),
  /** How often in a row it met a limit that named no reset: the pauses grow with it. */
  repeats: z.number(),
  /** RFC 3339: since when it goes on. Kept until an attempt on it ends well, for `repeats`. */
  released: z.optional(z.string()),
});
export type Park = z.infer<typeof parkSchema>;
export type Parked = Readonly<Record<string, Park>>;

/** Wall time until which it waits; Infinity until a person acts; a time that has passed says since when it goes on. */
export function waitsUntil(park: Park, autoResume: boolean): number {
  if (park.released !== undefined) return Date.parse(park.released);
  if (park.until === null || !autoResume) return Infinity;
  return Date.parse(park.until);
}

export function parkedUntil(parked: Parked, autoResume: boolean): Record<string, number> {
  return Object.fromEntries(Object.entries(parked).map(([account, park]) => [account, waitsUntil(park, autoResume)]));
}

/** Those that wait now. */
export function waiting(parked: Parked, autoResume: boolean, wall: number): Parked {
  return Object.fromEntries(Object.entries(parked).filter(([, park]) => waitsUntil(park, autoResume) > wall));
}
