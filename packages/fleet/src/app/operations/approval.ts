/** Work that is not what a person approved is not landed, nor pushed: it waits for them again. */
import type { Issue } from "@fleet/store/issue";

import { type Voided, voidedApproval } from "../../engine/shell/land/approved.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";

/** Throws with what moved; nothing where the approval stands for this commit, or nobody approved it. */
export async function refuseVoidApproval(fleet: Fleet, issue: Issue, head: string): Promise<void> {
  const { home, world, store, act } = fleet;
  const voided = await voidedApproval({ home, env: world.env, store, act }, issue, head);
  if (voided !== undefined) throw await voidError(fleet, issue.id, voided);
}

/** Told, and as an error. */
export async function voidError(fleet: Fleet, id: string, { by, change }: Voided): Promise<CommandError> {
  await fleet.told("land", `the approval of ${by} no longer holds; ${change}`, { task: id, by: await fleet.actor() });
  return new CommandError(
    `${id} has not landed: ${by} approved something else; ${change}`,
    `fleet review ${id}, then fleet approve ${id}`,
  );
}
