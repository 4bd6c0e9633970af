/** Asked right before work moves onto its target: whether it is what a person approved. */
import { fleetRecord, landingOf } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { voidApproval } from "@fleet/store/ops/review";
import { someOf } from "@fleet/kit/text";

import { standingOf } from "../../engine/core/approval.ts";
import { CommandError } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { keptWork, workNow } from "../views/work-kept.ts";

const NAMED = 5;

/**
 * Nothing where the approval of what waits to land stands for this commit, or nobody approved it. Another change than the one
 * that was approved waits for a person again; thrown with what moved.
 */
export async function refuseVoidApproval(fleet: Fleet, issue: Issue, head: string): Promise<void> {
  const { approval } = fleetRecord(issue);
  if (approval === undefined || landingOf(issue) === undefined) return;
  const { id } = issue;
  const work = await keptWork(fleet, issue, head);
  const now = work === undefined ? undefined : await workNow(work, Object.keys(approval.files ?? {}));
  const standing = standingOf(approval, now ?? { tree: undefined, content: undefined });
  if (standing.kind === "holds") return;
  const { moved } = standing;
  const act = await fleet.act();
  const change = `changed since it was approved: ${someOf(moved, NAMED)}`;
  await fleet.store.transact(act, (snapshot) => voidApproval(snapshot, act, { id, moved, change }));
  await fleet.told("land", `the approval of ${approval.by} holds no longer, ${change}`, { task: id, by: act.actor });
  throw new CommandError(
    `${id} has not landed: ${approval.by} approved something else; ${change}`,
    `fleet review ${id}, then fleet approve ${id}`,
  );
}
