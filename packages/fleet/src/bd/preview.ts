/** `create --dry-run`: the issue without id and times. */
import { type Creation, create } from "@fleet/store/ops/create";

import type { Ctx } from "./context.ts";
import { issueShape } from "./shapes.ts";
import { knownType } from "./verbs/create.ts";

const NEVER = "0001-01-01T00:00:00Z";

export async function preview(ctx: Ctx, input: Creation, hidden: ReadonlySet<string>): Promise<number> {
  const snapshot = ctx.snapshot();
  const act = await ctx.act({ owner: true });
  const decision = create(snapshot, act, { ...input, type: knownType(snapshot.meta, input.type, input.id ?? "") });
  const issue = { ...decision.result.issue, id: input.id ?? "", created_at: NEVER, updated_at: NEVER };
  if (ctx.json) {
    ctx.print(issueShape(issue, { exact: true, hidden }));
    return 0;
  }
  ctx.say("⚠ [DRY RUN] Would create issue:");
  ctx.say(`  ID: ${issue.id === "" ? "(will be generated)" : issue.id}`);
  ctx.say(`  Title: ${issue.title}`);
  ctx.say(`  Type: ${issue.issue_type}`);
  ctx.say(`  Priority: P${issue.priority}`);
  ctx.say(`  Status: ${issue.status}`);
  if (issue.assignee !== undefined) ctx.say(`  Assignee: ${issue.assignee}`);
  if (issue.description !== undefined) ctx.say(`  Description: ${issue.description}`);
  if (issue.labels !== undefined) ctx.say(`  Labels: ${issue.labels.join(", ")}`);
  return 0;
}
