/** Pipes text that is longer than the terminal through a pager, as git does: GIT_PAGER, else PAGER, else less. */
import { printable } from "@fleet/kit/printable";
import { runProgram } from "@fleet/kit/process/run";
import { terminalHeight } from "@fleet/kit/width";

import type { Io } from "../app/io.ts";

/** Undefined where none is wanted. */
export function pagerOf({ env, isTerminal }: Pick<Io, "env" | "isTerminal">): string | undefined {
  if (!isTerminal.stdout || env["TERM"] === "dumb") return undefined;
  const wanted = env["GIT_PAGER"] ?? env["PAGER"] ?? "less";
  return wanted === "" || wanted === "cat" ? undefined : wanted;
}

export async function paged(io: Pick<Io, "env" | "isTerminal" | "out" | "cwd">, text: string): Promise<void> {
  const pager = text.split("\n").length > terminalHeight(io) ? pagerOf(io) : undefined;
  if (pager !== undefined) {
    // git's defaults for less: quit if it fits one screen, pass colours through.
    const env = { LESS: "FRX", LV: "-c", ...io.env };
    const program = { file: "sh", args: ["-c", pager], cwd: io.cwd, env, input: printable(text) };
    const shown = await runProgram({ ...program, terminal: "output" });
    // 127: program not found.
    if (shown.kind === "ended" && shown.code !== 127) return;
  }
  io.out(text);
}
