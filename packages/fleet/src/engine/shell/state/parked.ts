/** The files that say which accounts wait, and until when (engine/core/accounts/park.ts). */
import * as z from "zod/mini";

import { list } from "@fleet/kit/list";
import { removeFile, removeTree, replaceFile } from "@fleet/kit/files";
import { type Park, type Parked, parkSchema } from "../../core/accounts/park.ts";
import { readState, statePath } from "./state-file.ts";

/**
 * A file an account, and two of them: what the supervisor says and what a person says. Nobody reads a file to write it anew
 * with a part changed, so that nothing which another process says meanwhile is lost.
 */
const PARKED = "parked";
const PAUSED = "paused";

/** Collision-free on case-insensitive file systems too. */
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

const decodeEntry = (value: unknown) => z.safeParse(parkSchema, value);

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

/** Unreadable ones go as well: the person takes responsibility. */
export function resumeAll(home: string): void {
  for (const which of [PARKED, PAUSED]) removeTree(statePath(home, which));
}
