/**
 * Accounts that wait: until a usage window resets, for a moment, for midnight (a daily limit), or until a person acts.
 * Keyed by the account's name; a coder without accounts in the settings has one that is named as the coder.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { gitDirOf } from "@fleet/store/home";

import { readJson, replaceFile } from "../files.ts";

/**
 * window: used up until its reset · minute: requests came too fast, or the provider is overloaded · auth: not signed in ·
 * secret: a secret of it can't be read · daily: its own limit for a day · hand: `fleet pause ACCOUNT`.
 */
const KINDS = ["window", "minute", "auth", "secret", "daily", "hand"] as const;

const entry = z.object({
  /** RFC 3339; null until a person acts. */
  until: z.nullable(z.string()),
  reason: z.string(),
  /** Files of older versions have none. */
  kind: z._default(z.enum(KINDS), "window"),
  /** How often in a row it met a limit that named no reset: the pauses grow with it. */
  repeats: z._default(z.number(), 0),
  /** RFC 3339: since when it goes on. Kept until an attempt on it ends well, for `repeats`. */
  released: z.optional(z.string()),
});
const schema = z.record(z.string(), entry);
export type Park = z.infer<typeof entry>;
export type Parked = z.infer<typeof schema>;

const path = (home: string): string => join(gitDirOf(home), "fleet", "parked.json");

export function readParked(home: string): Parked {
  const decoded = z.safeParse(schema, readJson(path(home)) ?? {});
  return decoded.success ? decoded.data : {};
}

export function writeParked(home: string, parked: Parked): void {
  replaceFile(path(home), `${JSON.stringify(parked)}\n`);
}

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
