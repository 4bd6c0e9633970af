/**
 * Accounts that wait: until a usage window resets, for a moment, for midnight (a daily limit), or until a person acts.
 * Keyed by the account's name; a coder without accounts in the settings has one that is named as the coder.
 */
import * as z from "zod/mini";

import { list } from "../attempt/paths.ts";
import { removeFile, removeTree, replaceFile } from "@fleet/kit/files";
import { readState, statePath } from "./state-file.ts";

/**
 * window: used up until its reset · minute: requests came too fast, or the provider is overloaded · auth: not signed in ·
 * secret: a secret of it can't be read · daily: its own limit for a day · hand: `fleet pause ACCOUNT` · unreadable: what
 * was said of it can't be read any more, and may have been any of these.
 */
const KINDS = ["window", "minute", "auth", "secret", "daily", "hand", "unreadable"] as const;

const entry = z.object({
  /** RFC 3339; null until a person acts. */
  until: z.nullable(z.string()),
  reason: z.string(),
  kind: z.enum(KINDS),
  /** How often in a row it met a limit that named no reset: the pauses grow with it. */
  repeats: z.number(),
  /** RFC 3339: since when it goes on. Kept until an attempt on it ends well, for `repeats`. */
  released: z.optional(z.string()),
});
export type Park = z.infer<typeof entry>;
export type Parked = Readonly<Record<string, Park>>;

/**
 * A file an account, and two of them: what the supervisor says and what a person says. Nobody reads a file to write it anew
 * with a part changed, so that nothing which another process says meanwhile is lost.
 */
const PARKED = "parked";
const PAUSED = "paused";

/** No two names are one file, on a disk that knows no capitals either. */
const nameOf = (account: string): string =>
  `${account.replaceAll(/[^a-z0-9_-]/gu, (char) => [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""))}.json`;
const pathOf = (home: string, which: string, account: string): string => statePath(home, which, nameOf(account));

function accountOf(name: string): string | undefined {
  try {
    return name.endsWith(".json") ? decodeURIComponent(name.slice(0, -5)) : undefined;
  } catch {
    return undefined;
  }
}

const decodeEntry = (value: unknown) => z.safeParse(entry, value);

function filesOf(home: string, which: string): Parked {
  const accounts = list(statePath(home, which)).flatMap((name) => accountOf(name) ?? []);
  return Object.fromEntries(
    accounts.flatMap((account): [string, Park][] => {
      const state = readState(pathOf(home, which, account), decodeEntry);
      switch (state.kind) {
        case "none":
          return [];
        case "known":
          return [[account, state.value]];
        case "unreadable":
          // Why it waits is not known, nor how long: a person is to say.
          return [[account, { until: null, reason: state.why, kind: "unreadable", repeats: 0 }]];
      }
    }),
  );
}

/** What a person says of an account outranks what a limit does. */
export const readParked = (home: string): Parked => ({ ...filesOf(home, PARKED), ...filesOf(home, PAUSED) });

const write = (path: string, park: Park): void => replaceFile(path, `${JSON.stringify(park)}\n`);

/** By a limit, or what became of it. */
export const parkAccount = (home: string, account: string, park: Park): void =>
  write(pathOf(home, PARKED, account), park);

/** It did its work: what a limit once said is over. */
export const forgetPark = (home: string, account: string): void => removeFile(pathOf(home, PARKED, account));

/** Until a person says otherwise. */
export const pauseAccount = (home: string, account: string, reason: string): void =>
  write(pathOf(home, PAUSED, account), { until: null, reason, kind: "hand", repeats: 0 });

export function resumeAccount(home: string, account: string): void {
  for (const which of [PARKED, PAUSED]) removeFile(pathOf(home, which, account));
}

/** What can't be read is gone with the rest: whoever says so knows. */
export function resumeAll(home: string): void {
  for (const which of [PARKED, PAUSED]) removeTree(statePath(home, which));
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
