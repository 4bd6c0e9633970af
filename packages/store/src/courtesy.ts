/**
 * The courtesy lock: it keeps writers from wasting work on swaps that will be refused. Nothing depends on it: it is given
 * up after a while, and its takeover by age is known to fail (of 150 takeovers with 8 waiters 45 had two holders).
 */
import { join } from "node:path";

import lockfile from "proper-lockfile";

import { diskTrouble, errno } from "./errors.ts";

/** Milliseconds a writer waits before it goes on without the lock. */
const PATIENCE = 1_500;
const POLL = 10;

/** Resolves to the release, also when the lock was not had. Throws only for a disk that refuses. */
export async function courtesy(gitDir: string): Promise<() => Promise<void>> {
  const path = join(gitDir, "fleet");
  try {
    return quiet(
      await lockfile.lock(path, {
        lockfilePath: join(path, "write.lock"),
        realpath: false,
        stale: 2_000,
        update: 1_000,
        retries: {
          retries: Math.floor(PATIENCE / POLL),
          factor: 1,
          minTimeout: POLL,
          maxTimeout: POLL,
          randomize: true,
        },
        // Robbed of it (we were stopped, or slow): the swap decides, as it always does.
        onCompromised: () => undefined,
      }),
    );
  } catch (error) {
    if (errno(error) === "ELOCKED") return async () => undefined;
    throw diskTrouble(error, path);
  }
}

/** A lock that was taken over meanwhile is not ours to release. */
function quiet(release: () => Promise<void>): () => Promise<void> {
  return async () => {
    await release().catch((error: unknown) => {
      if (errno(error) !== "ERELEASED" && errno(error) !== "ENOTACQUIRED" && errno(error) !== "ENOENT") throw error;
    });
  };
}
