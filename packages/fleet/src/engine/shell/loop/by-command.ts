/** A command of fleet's, run in a process of its own: it may wait for networks and for programs of the person's, and the loop may not. */
import { lastLine } from "@fleet/kit/text";

import type { Context } from "./context.ts";

/** The actor that it claims to be: no person asked for it. */
const AS = { BEADS_ACTOR: "fleet", BD_ACTOR: "fleet" };

export type Commanded =
  /** Its output; `said`: the last line of its standard error. */
  | { readonly kind: "done"; readonly stdout: string; readonly said: string }
  /** `why`: one line. */
  | { readonly kind: "failed"; readonly why: string };

/** `timeout`: milliseconds. */
export async function byCommand(
  { home, env, self }: Pick<Context, "home" | "env" | "self">,
  words: readonly string[],
  timeout: number,
): Promise<Commanded> {
  const { runProgram } = await import("@fleet/kit/process/run");
  const [file = "", ...args] = self;
  const ran = await runProgram({
    file,
    args: [...args, ...words],
    cwd: home,
    env: { ...env, ...AS, FLEET_HOME: home },
    timeout,
  });
  if (ran.kind !== "ended") return { kind: "failed", why: ran.kind === "not-started" ? ran.why : "it took too long" };
  const said = lastLine(ran.stderr);
  return ran.code === 0 ? { kind: "done", stdout: ran.stdout, said } : { kind: "failed", why: said || "it failed" };
}
