/**
 * Issue ids, as beads makes them: `<prefix>-<hash>`, the hash a base-36 cut of SHA-256 that grows with the number of
 * issues, and `<parent>.<n>` for children. (Facts: beads 1.0.5, internal/idgen; the test has its known vector.)
 */

import { crypto } from "@fleet/kit/node";

/** Bytes of the digest that are read for an id of this length. */
const BYTES: Readonly<Record<number, number>> = { 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 5 };
export const MIN_LENGTH = 3;
export const MAX_LENGTH = 8;
/** Tries at one length before the id grows by one. */
export const NONCES = 10;

export interface IdSeed {
  readonly title: string;
  readonly description: string;
  readonly creator: string;
  /** Nanoseconds since 1970. */
  readonly createdNanos: bigint;
}

export function hashPart(seed: IdSeed, nonce: number, length: number): string {
  const content = `${seed.title}|${seed.description}|${seed.creator}|${seed.createdNanos}|${nonce}`;
  const digest = crypto()
    .createHash("sha256")
    .update(content)
    .digest()
    .subarray(0, BYTES[length] ?? 5);
  const number = BigInt(`0x${digest.toString("hex")}`);
  return number.toString(36).padStart(length, "0").slice(-length);
}

/** The smallest length at which `count` ids collide with a chance of at most a quarter. */
export function adaptiveLength(count: number): number {
  for (let length = MIN_LENGTH; length < MAX_LENGTH; length++) {
    if (1 - Math.exp(-(count * count) / (2 * 36 ** length)) <= 0.25) return length;
  }
  return MAX_LENGTH;
}

/** A free id. `taken` is asked for every candidate; `count` is how many top-level issues carry the prefix. */
export function newId(prefix: string, seed: IdSeed, count: number, taken: (id: string) => boolean): string {
  for (let length = adaptiveLength(count); length <= MAX_LENGTH; length++) {
    for (let nonce = 0; nonce < NONCES; nonce++) {
      const id = `${prefix}-${hashPart(seed, nonce, length)}`;
      if (!taken(id)) return id;
    }
  }
  throw new Error(`no free id after ${NONCES} tries at every length up to ${MAX_LENGTH}`);
}

/** The highest number that a child is given. */
export const LAST_CHILD = 999_999_999;

/** `--id`: letters, digits, dot, underscore, dash; a prefix and a dash in front; no ".."; at most 200. */
export const ID_SHAPE = /^(?!.*\.\.)(?=.{1,200}$)[A-Za-z][A-Za-z0-9._-]*-[A-Za-z0-9._-]*[A-Za-z0-9]$/;
