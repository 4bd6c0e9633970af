import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
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
  run: list,
  subs: {
    add: {
      usage: "add [issue-id] [text]",
      endsInText: true,
      summary: "Add a comment to an issue",
      flags: {
        file: { type: "string", short: "f", help: "Read comment text from file" },
        author: { type: "string", short: "a", help: "Author of the comment (default: the actor)" },
      },
      examples: ['comments add fleet-a3f "Half done"', "comments add fleet-a3f -f notes.txt"],
      args: { min: 1 },
      writes: true,
      run: add,
    },
    list: {
      usage: "list",
      summary: "Not there: use bd comments <issue-id>",
      examples: ["comments fleet-a3f"],
      run: () => {
        throw new Refusal(
          '"bd comments list" is not valid.\n\nTo list comments on an issue, run:\n  fleet bd comments <issue-id>',
        );
      },
    },
  },
};

function list(ctx: Ctx, args: Args): void {
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
}

async function add(ctx: Ctx, args: Args): Promise<void> {
  const [id = "", words] = args.positionals;
  const file = args.text("file") ?? "";
  if (file === "" && words === undefined) throw new Refusal("comment text required (use -f to read from file)");
  const [{ addComment }, { readText }] = await Promise.all([import("../commenting.ts"), import("../texts.ts")]);
  const text = file === "" ? (words ?? "") : await readText(ctx, file, "reading file");
  await addComment(ctx, id, text, args.text("author"));
}
