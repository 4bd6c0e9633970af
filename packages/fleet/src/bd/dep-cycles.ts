/** `bd dep cycles`: issues that wait for themselves, and which edges to remove. */
import { loopsIn } from "@fleet/store/loops";
import { weakest } from "@fleet/store/waits";

import type { Ctx } from "./context.ts";
import { issueShape } from "./shapes.ts";

export function listCycles(ctx: Ctx): void {
  const snapshot = ctx.snapshot();
  const loops = loopsIn(snapshot);
  const found = loops.map(({ ids }) => ids.flatMap((id) => snapshot.issue(id) ?? []));
  if (ctx.json) ctx.print(found.map((cycle) => cycle.map((issue) => issueShape(issue))));
  else if (found.length === 0) ctx.say("\n✓ No dependency cycles detected\n");
  else {
    ctx.say(`\n⚠ Found ${found.length} dependency cycles:\n`);
    found.forEach((cycle, at) => {
      ctx.say(`${at + 1}. Cycle involving:`);
      for (const issue of cycle) ctx.say(`   - ${issue.id}: ${issue.title}`);
    });
    const commands = loops.flatMap((loop) => weakest(loop, (id) => snapshot.issue(id)) ?? []);
    ctx.say("\nTo break them:");
    for (const { from, to } of commands) ctx.say(`  fleet bd dep remove ${from} ${to}`);
  }
}
