import { byPriority } from "@fleet/store/graph";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { issueShape } from "../shapes.ts";
import { treeLine } from "../text.ts";
import type { Verb } from "../verb.ts";

export function listTodos(ctx: Ctx, args: Args): void {
  const snapshot = ctx.snapshot();
  const source = args.flag("all") ? snapshot.all() : [...snapshot.live.values()];
  const found = source
    .filter((issue) => issue.issue_type === "task" && (args.flag("all") || issue.status === "open"))
    .sort(byPriority);
  if (ctx.json) ctx.print(found.map((issue) => issueShape(issue)));
  else if (found.length === 0) ctx.say("No TODOs found");
  else {
    for (const issue of found) ctx.say(`  ${treeLine(issue)}`);
    ctx.say(`\nTotal: ${found.length} TODOs`);
  }
}

export const verb: Verb = {
  usage: "list",
  summary: "List TODOs",
  examples: ["todo list"],
  flags: { all: { type: "bool", help: "Show all TODOs including completed" } },
  run: listTodos,
};
