/**
 * An advisory lock: it keeps writers from wasting work on swaps that will be refused. Nothing depends on it: it is given
 * up after a while, and its takeover by age is known to fail (of 150 takeovers with 8 waiters 45 had two holders).
 *
 * It is proper-lockfile's: a directory, made. As long as it is merely free or held for a moment, that is all there is to
 * it, and proper-lockfile (4 ms to load) is not asked; it takes over one whose holder is gone.
 */
import { existsSync, mkdirSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { errno } from "./errors.ts";
import { clock, sleep } from "./clock.ts";

/** Milliseconds a writer waits before it continues without the lock. */
const PATIENCE = 1_500;
/**
 * Each wait is drawn from one to two polls, so that nobody keeps time with whoever holds it. Of seven who wait like this one
 * comes every 3 ms, and a look every 5 ms of each cost 10 ms of CPU a claim.
 */
const POLL = 15;
/** A lock that has not been touched for so many milliseconds has lost its holder; a write takes 20. */
const STALE = 2_000;
/** So often one that was taken over is touched. */
const UPDATE = 1_000;

/**
 * Whoever writes in a loop makes the lock again microseconds after it was given back, and who looks every POLL did not find
 * it free (1.4 s for one write beside it). So it lets those go first who say that they wait: for so long, at the end of a
 * TURN (each time, four such loops took twice the time together).
 */
const LET_GO_FIRST = 2 * POLL;
const TURN = 100;

type Release = () => Promise<void>;
const without: Release = async () => undefined;

/**
 * Resolves to the release, also when the lock was not had, and neither ever throws: a disk that refuses the lock refuses
 * the write too, in words that are about the write; and a lock that can't be given back must not make an acknowledged
 * write look failed.
 */
export async function advisoryLock(dir: string): Promise<Release> {
  const path = join(dir, "write.lock");
  const waiting = join(dir, "write.waiting");
  await letOthersFirst(waiting);
  const patience = clock() + PATIENCE;
  for (;;) {
    try {
      mkdirSync(path);
      return releaseOf(path, instanceOf(path));
    } catch (error) {
      if (errno(error) !== "EEXIST") return without;
    }
    const age = ageOf(path);
    if (age !== undefined && age > STALE) return await takenOver(dir, path);
    if (clock() > patience) {
      // The clock was set back: a lock left then would never look old, and cost every writer its patience.
      if (age !== undefined && age < -PATIENCE) rmSync(path, { recursive: true, force: true });
      return without;
    }
    sayWaiting(waiting);
    await sleep(POLL * (1 + Math.random()));
  }
}

/** When this process's turn began and when it gave the lock back, on its own clock. */
let begun = 0;
let given = Number.NEGATIVE_INFINITY;
/** The time of waiting that this process last wrote. */
let said = 0;

async function letOthersFirst(waiting: string): Promise<void> {
  const isAgain = clock() - given < LET_GO_FIRST;
  if (isAgain && clock() - begun < TURN) return;
  if (isAgain && !isWaitedFor(waiting)) return;
  if (isAgain) await sleep(LET_GO_FIRST);
  begun = clock();
}

function sayWaiting(path: string): void {
  said = Date.now();
  const now = new Date(said);
  try {
    if (!existsSync(path)) writeFileSync(path, "");
    utimesSync(path, now, now);
  } catch {
    return;
  }
}

/** Somebody else has said so just now. */
function isWaitedFor(path: string): boolean {
  try {
    const at = Math.round(statSync(path).mtimeMs);
    return at !== said && Math.abs(Date.now() - at) < LET_GO_FIRST;
  } catch {
    return false;
  }
}

/** Undefined where it is gone, or can't be looked at. */
function ageOf(path: string): number | undefined {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

const instanceOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

/**
 * Gives back the lock that was taken, not one that was made in its place. It is not kept young meanwhile, which would cost each
 * write a quarter of a millisecond: after its PATIENCE nobody waits for it any more.
 */
const releaseOf =
  (path: string, instance: number | undefined): Release =>
  async () => {
    given = clock();
    try {
      if (instanceOf(path) === instance) rmdirSync(path);
    } catch {
      return;
    }
  };

async function takenOver(dir: string, lockfilePath: string): Promise<Release> {
  const { default: lockfile } = await import("proper-lockfile");
  try {
    const release = await lockfile.lock(dir, {
      lockfilePath,
      realpath: false,
      stale: STALE,
      update: UPDATE,
      // Robbed of it (we were stopped, or slow): the swap decides, as it always does.
      onCompromised: () => undefined,
    });
    return async () => {
      await release().catch(() => undefined);
      given = clock();
    };
  } catch {
    return without;
  }
}
