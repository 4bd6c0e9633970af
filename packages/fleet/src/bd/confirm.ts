/** Asks for confirmation: at the terminal, else the first line of standard input is the answer. */
import { lineOfTerminal } from "@fleet/kit/terminal";

import { stdinText } from "../app/stdin.ts";
import type { Ctx } from "./context.ts";

/** Enter alone means yes, as in bd. */
export async function confirmed(ctx: Ctx, question: string): Promise<boolean> {
  ctx.sink.text(`${question} (Y/n): `);
  const answer = ctx.io.isTerminal.stdin
    ? lineOfTerminal()
    : ((await stdinText({ err: ctx.sink.warn, stdin: ctx.io.stdin })).split("\n")[0] ?? "");
  if (!ctx.io.isTerminal.stdin) ctx.sink.text("\n");
  return ["", "y", "yes"].includes(answer.trim().toLowerCase());
}
