/** The write path: decide → objects, off to the side → swap → see that it is there. Loaded only by what writes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Prepared, prepare } from "./commit.ts";
import { courtesy } from "./courtesy.ts";
import type { Act, Decision } from "./decision.ts";
import { deriveFrom } from "./derived.ts";
import { StoreError } from "./errors.ts";
import { hasObject, writeObject } from "./git/objects.ts";
import { swap } from "./git/swap.ts";
import { readTip } from "./git/tip.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Store } from "./store.ts";

/** A swap that is refused this often is not contention any more. */
const MAX_TRIES = 200;

export async function transact<R>(store: Store, act: Act, decide: (snapshot: Snapshot) => Decision<R>): Promise<R> {
  const { gitDir } = store;
  const release = await courtesy(gitDir);
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const snapshot = store.snapshot();
      const decision = decide(snapshot);
      if (decision.kind === "none") return decision.result;
      const prepared = prepare(snapshot, decision, act);
      for (const object of prepared.objects) writeObject(gitDir, object);
      const outcome = await swap(gitDir, snapshot.tip, prepared.commit);
      if (outcome.kind === "refused") continue;
      // A `git gc --prune=now` may have taken the objects while nothing pointed at them.
      for (const object of prepared.objects) if (!hasObject(gitDir, object.oid)) writeObject(gitDir, object);
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

function advance(store: Store, snapshot: Snapshot, prepared: Prepared): void {
  remember(store.gitDir, prepared.commit);
  // Somebody may have written since: the next read starts from what is cached and reads what differs.
  if (readTip(store.gitDir) !== prepared.commit) return;
  const closedBefore = (id: string): boolean => snapshot.line(id)?.status === "closed";
  const derived = deriveFrom(snapshot.derived, prepared.frame, prepared.shards, closedBefore);
  if (derived === undefined) store.snapshot();
  else store.keep(derived);
}

/** Only a help for whoever finds the branch deleted or moved back; the write itself is acknowledged already. */
function remember(gitDir: string, commit: string): void {
  try {
    writeFileSync(join(gitDir, "fleet", "last"), `${commit}\n`);
  } catch {
    return;
  }
}
