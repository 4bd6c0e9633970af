/** The end of the home: what ran for it is ended. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { gitDirOf } from "@fleet/store/home";

import { removeCgroup } from "@fleet/kit/process/cgroup";
import { shortageOf } from "@fleet/kit/shortage";
import { checkGroup } from "../../../attempts/process/cgroup-place.ts";
import type { MarkedProc } from "../../../attempts/process/procs.ts";
import { removeShortPath } from "../../../attempts/process/short-path.ts";
import { signalEach } from "../../../attempts/process/signal.ts";
import type { Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { Blind, groupOf, leaderPid, ProcessTable } from "../observe/process-table.ts";
import { QUIET_SWEEPS } from "../../core/advance.ts";
import { abandonStep, wrapperLast } from "../../core/ending.ts";

const ROUND = 50;
/** How long a home that loses one file may take to lose them all. */
const DELETING = 2_000;

type Abandoned = Pick<Context, "clock" | "config" | "home" | "cgroups">;

/**
 * The home is gone, or another stands in its place: ends what ran for it, everything of it, and writes nothing (which
 * would make a home again). What still has its directory in a home that stays is left to the next supervisor.
 */
export async function abandon(context: Abandoned, running: readonly Handle[]): Promise<void> {
  const { clock, home } = context;
  const begun = clock.monotonic();
  // Deleting the home takes a moment, and our record may go first.
  while (existsSync(gitDirOf(home)) && clock.monotonic() - begun < DELETING) await sleep(ROUND);
  const isReplaced = existsSync(gitDirOf(home));
  const homeless = running.filter((handle) => !isReplaced || !existsSync(handle.dir));
  await endAll(context, homeless, begun);
  // No later process cleans up after us.
  for (const group of homeless.flatMap((handle) => groupOf(context, handle) ?? []))
    for (const one of [group, checkGroup(group)]) removeCgroup(one);
  for (const { ref } of homeless) removeShortPath(ref.uuid);
}

/** The live processes of them; undefined if they can't be listed just now. */
function leftOf(context: Abandoned, homeless: readonly Handle[]): MarkedProc[] | undefined {
  const table = new ProcessTable();
  try {
    return homeless.flatMap((handle) => [...table.ofAttempt(context, handle), ...table.ofChecks(context, handle)]);
  } catch (error) {
    if (error instanceof Blind || shortageOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** Everything of these attempts, politely first. `begun`: monotonic. */
async function endAll(context: Abandoned, homeless: readonly Handle[], begun: number): Promise<void> {
  const { clock, config } = context;
  const wrappers = new Set(homeless.map((handle) => leaderPid(handle, clock.boot)));
  for (let quiet = 0, round = 0; quiet < QUIET_SWEEPS; round++) {
    const left = leftOf(context, homeless);
    quiet = left?.length === 0 ? quiet + 1 : 0;
    const step = abandonStep(round, clock.monotonic() - begun, config().kill_grace);
    if (step.kind === "give-up") return;
    if (step.kind === "signal" && left !== undefined) {
      const isHard = step.signal === "SIGKILL";
      signalEach(isHard ? wrapperLast(left, ({ pid }) => wrappers.has(pid), true) : left, step.signal);
    }
    await sleep(ROUND);
  }
}
