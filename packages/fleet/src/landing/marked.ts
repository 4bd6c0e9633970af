/** Processes of a landing that may outlive it: its checks, recognised by an environment variable that their children inherit. */
import { monotonic, sleep } from "@fleet/kit/clock";
import { type Proc, processTable } from "@fleet/kit/process/table";

import { signalEach } from "../attempts/process/signal.ts";
import { LandingError } from "./trouble.ts";

/** Its value is the landing tree that the check works in. */
export const LANDING_MARK = "FLEET_LANDING";

/** Milliseconds, for what was killed to be gone. */
const PATIENCE = 5_000;
const PAUSE = 20;

/** Kills the checks of a dead lander with their process groups, so that they stop writing into the tree. */
export async function endChecks(dir: string): Promise<void> {
  const until = monotonic() + PATIENCE;
  for (let left = checksIn(dir); left.length > 0; left = checksIn(dir)) {
    signalEach(left, "SIGKILL");
    if (monotonic() > until)
      throw new LandingError("held", `a check of an ended landing still runs in ${dir}`, {
        mend: `kill -KILL ${left.map(({ pid }) => pid).join(" ")}`,
      });
    await sleep(PAUSE);
  }
}

function checksIn(dir: string): Proc[] {
  const all = processTable([LANDING_MARK]) ?? [];
  const marked = all.filter(({ variables }) => variables[LANDING_MARK] === dir);
  const own = all.find(({ pid }) => pid === process.pid)?.group;
  const groups = new Set(marked.map(({ group }) => group).filter((group) => group !== own));
  return all.filter(({ pid, group }) => pid !== process.pid && groups.has(group));
}
