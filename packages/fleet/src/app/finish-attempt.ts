/**
 * Sees one attempt to its end from a command: the reason to stop is on disk already. Where a supervisor runs it does the
 * work, and this waits; where none runs, this is the same machinery for that one attempt.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { heldBy } from "@fleet/store/claims";
import { Store } from "@fleet/store/store";

import { settingsInForce } from "../settings/in-force.ts";
import { CommandError } from "./errors.ts";
import type { Io } from "./io.ts";
import { leader } from "../engine/shell/state/leader.ts";
import { makeContext } from "./make-context.ts";
import { Supervisor } from "../engine/shell/loop/supervisor.ts";

const POLL = 50;
/** Beyond the grace for SIGTERM: sweeps, judgement, two commits. */
const MARGIN = 30_000;

interface Around {
  readonly home: string;
  readonly world: Pick<Io, "env">;
}

/** Resolves when the store no longer names the attempt. */
export async function finishAttempt({ home, world }: Around, task: string, uuid: string): Promise<void> {
  // An attempt is to be ended whatever the file says: where no settings were ever accepted, by the defaults.
  const { config } = settingsInForce(home, new Store(home));
  const context = makeContext(world, home, () => config);
  const deadline = context.clock.monotonic() + config.kill_grace + MARGIN;
  const alone = new Supervisor(context, { task, uuid });
  for (;;) {
    const issue = context.store.snapshot().issue(task);
    if (issue === undefined || heldBy(issue)?.uuid !== uuid) return;
    if (context.clock.monotonic() > deadline) {
      throw new CommandError(`the attempt on ${task} did not end in time`, `fleet task ${task} attempts; fleet log`);
    }
    if (leader(home) === undefined) await alone.tick({ kind: "paused" });
    await sleep(POLL);
  }
}
