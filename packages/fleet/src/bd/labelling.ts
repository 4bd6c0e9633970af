/** `label add` and `label remove`: one label, several issues; an unknown id is reported, and the others are changed. */
import { isBlank } from "@fleet/kit/text";
import { relabel } from "@fleet/store/ops/label";

import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { Failures } from "./failures.ts";
import type { Shape } from "./shapes.ts";

type Doing = "added" | "removed";

export async function label(ctx: Ctx, ids: readonly string[], name: string, doing: Doing): Promise<number> {
  if (isBlank(name)) throw new Refusal("label cannot be empty");
  const act = await ctx.act();
  const results: Shape[] = [];
  const failures = new Failures(ctx);
  for (const argument of ids) {
    const issue = failures.find(ctx.snapshot(), argument);
    if (issue === undefined) continue;
    const change = doing === "added" ? { addLabels: [name] } : { removeLabels: [name] };
    const had = issue.labels?.includes(name) === true;
    try {
      // No commit if nothing changes.
      if (had !== (doing === "added"))
        await ctx.write(act, (snapshot) => relabel(snapshot, act, { ...change, id: issue.id }));
    } catch (error) {
      const verb = doing === "added" ? "adding label to" : "removing label from";
      failures.add(issue.id, error, (message) => `Error ${verb} ${issue.id}: ${message}`);
      continue;
    }
    results.push({ issue_id: issue.id, label: name, status: doing });
    if (!ctx.json)
      ctx.say(
        `✓ ${doing === "added" ? "Added" : "Removed"} label '${name}' ${doing === "added" ? "to" : "from"} ${issue.id}`,
      );
  }
  if (ctx.json && results.length > 0) ctx.print(results);
  return failures.exit();
}
