/** A question to whoever runs the command: asked at the terminal, else the first line of standard input answers. */
import { closeSync, openSync, readSync } from "node:fs";

import type { Ctx } from "./context.ts";

/** One line of the terminal. Its own file, because standard input is read to its end. */
function lineOfTerminal(): string {
  const file = openSync("/dev/tty", "r");
  try {
    const buffer = Buffer.alloc(1024);
    return buffer.toString("utf8", 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

/** Enter alone says yes, as in bd. */
export async function confirmed(ctx: Ctx, question: string): Promise<boolean> {
  ctx.io.out(`${question} (Y/n): `);
  const answer = ctx.io.isTerminal.stdin ? lineOfTerminal() : ((await ctx.io.stdin()).split("\n")[0] ?? "");
  if (!ctx.io.isTerminal.stdin) ctx.io.out("\n");
  return ["", "y", "yes"].includes(answer.trim().toLowerCase());
}
