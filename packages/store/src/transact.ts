/** The write path: decide → objects, off to the side → swap → see that it is there. Loaded only by what writes. */
import { join } from "node:path";

import { prepare, type Prepared } from "./commit.ts";
import { advisoryLock } from "@fleet/kit/advisory-lock";
import type { Act, Decision } from "./decision.ts";
import { deriveFrom } from "./derived.ts";
import { StoreError } from "./errors.ts";
import { keepObjects, writeObjects } from "./git/new-object.ts";
import { swap } from "./git/swap.ts";
import { readTip } from "./git/tip.ts";
import { heldTo } from "./inside.ts";
import { rememberLast } from "./remember-last.ts";
import { loadForWriting } from "@fleet/kit/node";
import { withoutSecrets } from "./redact.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Store } from "./store.ts";
import { turn } from "@fleet/kit/clock";

/** A swap that is refused this often is not contention any more. */
const MAX_TRIES = 200;

/** What was decided, and on what; `decide` is pure, so that on the same snapshot it is not asked again. */
export interface Decided<R> {
  readonly snapshot: Snapshot;
  readonly decision: Decision<R>;
}

/** In this process. */
let hasWritten = false;

export async function transact<R>(
  store: Store,
  act: Act,
  decide: (snapshot: Snapshot) => Decision<R>,
  early?: Decided<R>,
): Promise<R> {
  const { gitDir } = store;
  // A write waits for nothing: one after the other they would let nothing else in this process have its turn.
  if (hasWritten) await turn();
  hasWritten = true;
  // What takes its time to load does so before anybody waits for us.
  loadForWriting();
  const release = await advisoryLock(join(gitDir, "fleet"));
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const snapshot = store.snapshot();
      const decision = early?.snapshot === snapshot ? early.decision : decide(snapshot);
      if (decision.kind === "none") return decision.result;
      const change = heldTo(snapshot, act, decision);
      const prepared = prepare(snapshot, withoutSecrets(change, act.inside?.secrets), act);
      writeObjects(gitDir, prepared.objects);
      const outcome = await swap(gitDir, snapshot.tip, prepared.commit);
      if (outcome.kind === "refused") continue;
      keepObjects(gitDir, prepared.objects);
      advance(store, snapshot, prepared);
      return decision.result;
    }
  } finally {
    await release();
  }
  throw new StoreError("unwritable", `the branch moved ${MAX_TRIES} times while this was being written`, {
    where: gitDir,
    mend: "something moves the branch without pause; find it with: git log -20 --format='%h %an %s'",
  });
}

/**
 * Leaves the cache current. The write is made and stays made: whatever fails here costs the next reader some time and
 * must not tell the writer that nothing was written.
 */
function advance(store: Store, snapshot: Snapshot, { commit, frame, shards }: Prepared): void {
  rememberLast(store.home, commit);
  try {
    const derived = deriveFrom(snapshot.derived, frame, shards, (name) => snapshot.readable(name));
    // Somebody may have written since: the next read starts from what is cached and reads what differs.
    if (derived !== undefined && readTip(store.gitDir) === commit) store.keep(derived);
  } catch {
    // A git that could not be started for a shard, say.
    return;
  }
}
