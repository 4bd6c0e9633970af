/**
 * The courtesy lock: it keeps writers from wasting work on swaps that will be refused. Nothing depends on it: it is given
 * up after a while, and its takeover by age is known to fail (of 150 takeovers with 8 waiters 45 had two holders).
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";

import lockfile from "proper-lockfile";

import { errno } from "./errors.ts";

/** Milliseconds a writer waits before it goes on without the lock. */
const PATIENCE = 1_500;
const POLL = 10;
/** proper-lockfile draws each wait from one to two polls. */
const RETRIES = Math.floor(PATIENCE / (POLL * 1.5));

const without = async (): Promise<void> => undefined;

/**
 * Resolves to the release, also when the lock was not had, and neither ever throws: a disk that refuses the lock refuses
 * the write too, in words that are about the write; and a lock that can't be given back must not make an acknowledged
 * write look failed. It is taken over by its age.
 */
export async function courtesy(gitDir: string): Promise<() => Promise<void>> {
  const path = join(gitDir, "fleet");
  const lockfilePath = join(path, "write.lock");
  try {
    const release = await lockfile.lock(path, {
      lockfilePath,
      realpath: false,
      stale: 2_000,
      update: 1_000,
      retries: { retries: RETRIES, factor: 1, minTimeout: POLL, maxTimeout: POLL, randomize: true },
      // Robbed of it (we were stopped, or slow): the swap decides, as it always does.
      onCompromised: () => undefined,
    });
    return async () => {
      await release().catch(() => undefined);
    };
  } catch (error) {
    if (errno(error) === "ELOCKED") dropLockOfTheFuture(lockfilePath);
    return without;
  }
}

/** The clock was set back: a lock left then would never look old, and cost every writer its patience. */
function dropLockOfTheFuture(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && stat.mtimeMs > Date.now() + PATIENCE) rmSync(path, { recursive: true, force: true });
}
