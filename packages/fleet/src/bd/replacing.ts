/**
 * `duplicate --of` and `supersede --with`, in one commit: links the issue to the one that stays, moves its dependents there, and
 * closes it.
 */
import type { Act, Decision } from "@fleet/store/decision";
import type { Issue } from "@fleet/store/issue";
import { addEdge } from "@fleet/store/ops/edges";
import { moveDependents } from "@fleet/store/ops/replace";
import { update } from "@fleet/store/ops/update";
import type { Snapshot } from "@fleet/store/snapshot";
import type { EdgeType } from "@fleet/store/status";

import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { findOrRefuse } from "./issues.ts";
import { stopFirst } from "./stop-first.ts";
import type { Shape } from "./shapes.ts";

/** Both changes decided on one snapshot, so that no reader sees only one of them. */
function decide(snapshot: Snapshot, act: Act, from: string, to: string, type: EdgeType): Decision<readonly string[]> {
  const moving = moveDependents(snapshot, act, { from, to });
  const moved = moving.kind === "commit" ? (moving.issues ?? []) : [];
  const linked = addEdge(snapshot, act, { from, to, type });
  const issue = linked.kind === "commit" ? linked.issues?.find(({ id }) => id === from) : undefined;
  const closing = update(snapshot, act, { id: from, status: "closed" });
  if (closing.kind === "none") return { ...moving, result: moving.result };
  const closed: Issue = { ...closing.result, ...(issue === undefined ? {} : { dependencies: issue.dependencies }) };
  return {
    ...closing,
    event: "close",
    subject: `${type} ${to}: ${closed.title}`,
    issues: [closed, ...moved],
    result: moving.result,
  };
}

export interface Replaced {
  readonly from: string;
  readonly to: string;
  /** The dependents that were moved. */
  readonly moved: readonly string[];
}

export async function replace(
  ctx: Ctx,
  ends: { readonly from: string; readonly to: string },
  type: "duplicates" | "supersedes",
): Promise<Replaced> {
  const snapshot = ctx.snapshot();
  const from = findOrRefuse(snapshot, ends.from, "failed to resolve");
  const to = findOrRefuse(snapshot, ends.to, "failed to resolve");
  const what = type === "duplicates" ? "as duplicate of" : "as superseded by";
  if (from.id === to.id) throw new Refusal(`cannot mark an issue ${what} itself`);
  const act = await ctx.act();
  await stopFirst(ctx, act, from);
  const moved = await ctx.write(act, (now) => decide(now, act, from.id, to.id, type));
  return { from: from.id, to: to.id, moved };
}

/** One line on the moved dependents; empty if there were none. */
export function sayMoved(ctx: Ctx, { to, moved }: Pick<Replaced, "to" | "moved">): void {
  if (moved.length > 0) ctx.say(`  ${moved.join(", ")} ${moved.length === 1 ? "depends" : "depend"} on ${to} now`);
}

export const movedShape = ({ moved }: Pick<Replaced, "moved">): Shape => (moved.length === 0 ? {} : { moved });
