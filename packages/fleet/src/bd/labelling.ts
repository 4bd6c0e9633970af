/** `label add` and `label remove`: one label, several issues; an id that is not there is told of and passed over. */
import { update } from "@fleet/store/ops/update";

import type { Ctx } from "./context.ts";
import { Refusal, worded } from "./errors.ts";
import { findOrWarn } from "./issues.ts";
import type { Shape } from "./shapes.ts";

type Doing = "added" | "removed";

export async function label(ctx: Ctx, ids: readonly string[], name: string, doing: Doing): Promise<void> {
  if (name.trim() === "") throw new Refusal("label cannot be empty");
  const act = await ctx.act();
  const results: Shape[] = [];
  for (const argument of ids) {
    const issue = findOrWarn(ctx, ctx.snapshot(), argument);
    if (issue === undefined) continue;
    const change = doing === "added" ? { addLabels: [name] } : { removeLabels: [name] };
    const had = issue.labels?.includes(name) === true;
    try {
      // Nothing to change is no commit.
      if (had !== (doing === "added"))
        await ctx.write(act, (snapshot) => update(snapshot, act, { ...change, id: issue.id }));
    } catch (error) {
      ctx.warn(
        `Error ${doing === "added" ? "adding label to" : "removing label from"} ${issue.id}: ${worded(error).message}`,
      );
      continue;
    }
    results.push({ issue_id: issue.id, label: name, status: doing });
    if (!ctx.json)
      ctx.say(
        `✓ ${doing === "added" ? "Added" : "Removed"} label '${name}' ${doing === "added" ? "to" : "from"} ${issue.id}`,
      );
  }
  if (ctx.json && results.length > 0) ctx.print(results);
}
