/** The short verbs that change one field of one issue: note, assign, priority, tag. They answer with one object. */
import type { Issue } from "@fleet/store/issue";
import { type Update, update } from "@fleet/store/ops/update";

import type { Ctx } from "./context.ts";
import { Refusal, worded } from "./errors.ts";
import { findOrRefuse } from "./issues.ts";
import { issueShape } from "./shapes.ts";

export async function changeOne(
  ctx: Ctx,
  argument: string,
  change: Omit<Update, "id">,
  said: (issue: Issue) => string,
): Promise<void> {
  const { id } = findOrRefuse(ctx.snapshot(), argument);
  const act = await ctx.act();
  try {
    const issue = await ctx.write(act, (snapshot) => update(snapshot, act, { ...change, id }));
    ctx.touch(id);
    if (ctx.json) ctx.print(issueShape(issue));
    else ctx.say(`✓ ${said(issue)}`);
  } catch (error) {
    const { message, hint } = worded(error);
    throw new Refusal(`updating ${id}: ${message}`, { cause: error, hint });
  }
}
