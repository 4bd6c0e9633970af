import { Refusal } from "../errors.ts";
import { findOrRefuse } from "../issues.ts";
import { commentShape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "comments [issue-id]",
  summary: "View or manage comments on an issue",
  flags: { "local-time": { type: "bool", help: "Show times in local time instead of UTC" } },
  examples: ["comments fleet-a3f --json", 'comments add fleet-a3f "Done so far: …"'],
  args: { min: 1 },
  subs: {
    add: { summary: "Add a comment to an issue", load: () => import("./comments-add.ts") },
    list: { summary: "Not there: use bd comments <issue-id>", load: async () => ({ verb: misplaced }) },
  },
  run: (ctx, args) => {
    const issue = findOrRefuse(ctx.snapshot(), args.positionals[0] ?? "");
    const comments = issue.comments ?? [];
    if (ctx.json) {
      ctx.print(comments.map((comment) => commentShape(issue.id, comment)));
      return;
    }
    if (comments.length === 0) ctx.say(`No comments on ${issue.id}`);
    else ctx.say(`\nComments on ${issue.id}:\n`);
    for (const { author, created_at, text } of comments) {
      const time = args.flag("local-time")
        ? new Date(created_at).toLocaleString()
        : created_at.slice(0, 16).replace("T", " ");
      ctx.say(`[${author ?? ""}] at ${time}`);
      ctx.say(`${text.replaceAll(/^/gm, "  ")}\n`);
    }
  },
};

const misplaced: Verb = {
  usage: "list",
  summary: "Not there: use bd comments <issue-id>",
  examples: ["comments fleet-a3f"],
  run: () => {
    throw new Refusal(
      '"bd comments list" is not valid.\n\nTo list comments on an issue, run:\n  bd comments <issue-id>',
    );
  },
};
