/** Shared by `comment` and `comments add`. */
import { isBlank } from "@fleet/kit/text";
import { comment } from "@fleet/store/ops/comment";

import { stdinText } from "../app/stdin.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { findOrRefuse } from "./issues.ts";
import { commentShape } from "./shapes.ts";
import { named } from "./text.ts";
import { readText } from "./texts.ts";

/** The text: from standard input, a file, or the arguments after the id. */
export async function textGiven(ctx: Ctx, args: Args, what: string): Promise<string> {
  const file = args.text("file") ?? "";
  if (args.flag("stdin") && file !== "")
    throw new Refusal("if any flags in the group [stdin file] are set none of the others can be");
  if (args.flag("stdin")) return (await stdinText({ err: ctx.sink.warn, stdin: ctx.io.stdin })).replace(/\n+$/, "");
  if (file !== "") return await readText(ctx, file, "reading file");
  const words = args.positionals.slice(1);
  if (words.length === 0) throw new Refusal(`no ${what} text provided (use positional args, --stdin, or --file)`);
  return words.join(" ");
}

export async function addComment(ctx: Ctx, argument: string, text: string, author: string | undefined): Promise<void> {
  if (isBlank(text)) throw new Refusal("comment text cannot be empty");
  const issue = findOrRefuse(ctx.snapshot(), argument);
  const act = await ctx.act();
  const added = await ctx.write(act, (snapshot) =>
    comment(snapshot, act, { id: issue.id, text, author: author || undefined }),
  );
  ctx.touch(issue.id);
  if (ctx.json) ctx.print(commentShape(issue.id, added, true));
  else ctx.say(`✓ Comment added to ${named(issue)}`);
}
