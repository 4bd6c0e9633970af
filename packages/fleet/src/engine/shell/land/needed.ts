/** The tasks on whose work another was begun (`base: needs`), and what became of them since. */
import type { Environment } from "@fleet/kit/git/environment";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Snapshot } from "@fleet/store/snapshot";

import { lands } from "../../../landing/lands.ts";
import { readLanding } from "../../../landing/record.ts";
import { isBelieved } from "../../core/onto.ts";
import type { Config } from "../../../settings/schema.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";

/**
 * done: it has landed, or closed with nothing to land · accepted: it is about to land · open: it is anybody's work again, so that
 * what was taken of it may change · dropped: it was deleted, or closed without having landed.
 */
type NeededState = "done" | "accepted" | "open" | "dropped";

/** An answer is in no file that could land, and what was there already is on its target. */
const LANDS_NOTHING: ReadonlySet<string | undefined> = new Set(["answer", "already-there"]);

interface At {
  readonly home: string;
  readonly env: Environment;
  readonly config: Config;
}

export interface Needed {
  readonly task: string;
  readonly state: NeededState;
}

export async function neededBy(at: At, snapshot: Snapshot, { base_from: from }: WorkspaceRecord): Promise<Needed[]> {
  if (from?.kind !== "needs") return [];
  return await Promise.all(from.tasks.map(async (task) => ({ task, state: await stateOf(at, snapshot, task) })));
}

async function stateOf({ home, env, config }: At, snapshot: Snapshot, task: string): Promise<NeededState> {
  const issue = snapshot.issue(task);
  if (issue === undefined) return "dropped";
  if (issue.status !== "closed") return isBelieved(issue) ? "accepted" : "open";
  const { grade, pull } = fleetRecord(issue);
  const hasLanded = readLanding(home, task).landed !== undefined || pull?.merged !== undefined;
  if (hasLanded || LANDS_NOTHING.has(grade)) return "done";
  return (await lands({ home, env }, issue, config)) ? "dropped" : "done";
}
