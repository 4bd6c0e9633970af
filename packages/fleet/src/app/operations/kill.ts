/** Ends a task's attempt, everything of it, and blocks the task for a person to decide. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import { find } from "@fleet/store/ops/find";

import type { OutcomeKind } from "../../attempts/records/outcome.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { readOutcome } from "../../attempts/records/record.ts";
import { writeStop } from "../../attempts/records/stop.ts";
import { awayFrom } from "../../engine/shell/state/shown-life.ts";
import { CommandError } from "../errors.ts";
import { finishAttempt } from "../finish-attempt.ts";
import type { Fleet } from "../open.ts";
import { outOfReach } from "./release.ts";

export interface Killed {
  readonly id: string;
  readonly status: string;
  /** False where nothing ran, or it had ended otherwise before. */
  readonly killed: boolean;
  readonly attempt: number | null;
  readonly outcome: OutcomeKind | null;
  readonly reason: string | null;
}

export async function kill(fleet: Fleet, named: string): Promise<Killed> {
  await fleet.allow({ kind: "command", words: "fleet kill" });
  const { home, store } = fleet;
  const issue = find(store.snapshot(), named);
  const { id } = issue;
  const held = heldBy(issue);
  if (held === undefined)
    return { id, status: issue.status, killed: false, attempt: null, outcome: null, reason: null };
  if (isElsewhere(issue, homeId(store.gitDir)))
    throw new CommandError(
      `${id} runs in another home, whose attempt it is`,
      `fleet kill ${id} there; or here: fleet bd close ${id}, and fleet sync in both; only if that home is gone for good: fleet retry ${id} --force`,
    );
  const dir = dirOf(home, id, held);
  const where = awayFrom(dir);
  if (where !== undefined) throw outOfReach(issue, where);
  const by = await fleet.actor();
  writeStop(dir, { kind: "killed", by });
  await finishAttempt(fleet, id, held.uuid);
  const outcome = readOutcome(dir);
  const killed = outcome?.kind === "killed";
  if (killed) await fleet.told("kill", `attempt ${held.n}, by ${by}`, { task: id, attempt: held.n, by });
  return {
    id,
    status: find(store.snapshot(), id).status,
    killed,
    attempt: held.n,
    outcome: outcome?.kind ?? null,
    reason: outcome?.reason ?? null,
  };
}
