/**
 * Sees one attempt to its end from a command: the reason to stop is on disk already. Where a supervisor runs it does the
 * work, and this waits; where none runs, this is the same machinery for that one attempt.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { heldBy } from "@fleet/store/claims";

import { readConfig } from "../settings/file.ts";
import { DEFAULTS } from "../settings/schema.ts";
import { CommandError } from "./errors.ts";
import type { Io } from "./io.ts";
import { leader } from "../engine/shell/state/leader.ts";
import { makeContext } from "./make-context.ts";
import { Supervisor } from "../engine/shell/loop/supervisor.ts";

const POLL = 50;
/** Beyond the grace for SIGTERM: sweeps, judgement, two commits. */
const MARGIN = 30_000;

/** Resolves when the store no longer names the attempt. */
export async function finishAttempt(io: Io, home: string, task: string, uuid: string): Promise<void> {
  const read = readConfig(home);
  const config = read.ok ? read.config : DEFAULTS;
  const context = makeContext(io, home, () => config);
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
