/**
 * A lock that is held until it is given back: a file with the name of its holder. It is taken over from a holder that is dead
 * for sure, and only then. The right to remove *this* file (its inode and time) is a file made exclusively, so that between a
 * look and the removal nobody can have put another in its place.
 */
import { lstatSync } from "node:fs";

import { clock, sleep } from "./clock.ts";
import { createExclusive, discard, removeFile } from "./files.ts";
import { decodeId, encodeId, fateOf, ownId } from "./process/id.ts";
import { readText } from "./read.ts";

/** Milliseconds between two looks. */
const POLL = 20;

export type Locked<T> =
  | { readonly kind: "done"; readonly value: T }
  /** Somebody held it all the time. `holder`: as the lock names it. */
  | { readonly kind: "held"; readonly holder: string };

/** Runs `work` while nobody else holds the lock. `patience`: milliseconds. */
export async function whileLocked<T>(path: string, patience: number, work: () => Promise<T>): Promise<Locked<T>> {
  const until = clock() + patience;
  const me = `${encodeId(ownId())}\n`;
  while (!createExclusive(path, me, { sync: false })) {
    if (removeDead(path)) continue;
    if (clock() > until) return { kind: "held", holder: readText(path)?.trim() ?? "" };
    await sleep(POLL);
  }
  try {
    return { kind: "done", value: await work() };
  } finally {
    removeFile(path);
  }
}

/** Which file it is, so that a later one in its place is not taken for it. */
function instanceOf(path: string): string | undefined {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return seen === undefined ? undefined : `${seen.ino}-${seen.mtimeNs}`;
}

const isDead = (path: string): boolean => {
  const id = decodeId(readText(path)?.trim() ?? "");
  return id !== undefined && fateOf(id) === "dead";
};

/** Whether somebody has it who is not dead for sure. */
export const isHeld = (path: string): boolean => instanceOf(path) !== undefined && !isDead(path);

/** Whether this process may remove that instance. A right whose holder died passes on to the next generation. */
function rightTo(path: string, instance: string): string | undefined {
  for (let generation = 0; generation < 100; generation++) {
    const right = `${path}.${instance}-${generation}`;
    if (createExclusive(right, `${encodeId(ownId())}\n`, { sync: false })) return right;
    if (!isDead(right)) return undefined;
  }
  return undefined;
}

/** True where it is worth trying again at once. */
function removeDead(path: string): boolean {
  const instance = instanceOf(path);
  if (instance === undefined) return true;
  if (!isDead(path)) return false;
  const right = rightTo(path, instance);
  if (right === undefined) return false;
  if (instanceOf(path) === instance) removeFile(path);
  discard(right);
  return true;
}
