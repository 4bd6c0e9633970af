/** For commands on several tasks: those that are named, or all of a kind after a confirmation. */
import { lineOfTerminal } from "@fleet/kit/terminal";
import { someOf } from "@fleet/kit/text";

import { CommandError, EXIT } from "../app/errors.ts";
import type { Io } from "../app/io.ts";
import { type Args, flag, texts } from "./commands/command.ts";

export interface Several {
  /** As typed: `fleet kill --all`. */
  readonly line: string;
  /** The option that selects all. */
  readonly option: string;
  readonly found: () => readonly string[];
  /** "Kill 3 running tasks". */
  readonly question: (count: number) => string;
  /** If there are none: "No tasks running." */
  readonly none: string;
}

/** Undefined: nothing to do, and that has been printed. */
export function idsOf(
  io: Io,
  args: Args,
  { line, option, found, question, none }: Several,
): readonly string[] | undefined {
  const named = texts(args, "id");
  const command = line.slice(0, line.indexOf(" --"));
  if (!flag(args, option)) {
    if (named.length > 0) return named;
    throw new CommandError("missing ID", `${command} ID, or: ${line}`, EXIT.usage);
  }
  if (named.length > 0)
    throw new CommandError(`either IDs or --${option}`, `${command} ${named.join(" ")}`, EXIT.usage);
  const ids = found();
  if (ids.length === 0) {
    if (!flag(args, "json")) io.out(`${none}\n`);
    return flag(args, "json") ? [] : undefined;
  }
  return flag(args, "yes") || agrees(io, args, `${question(ids.length)} (${someOf(ids, 5)})`, line) ? ids : undefined;
}

/** Without a terminal no one can confirm. */
function agrees(io: Io, args: Args, question: string, line: string): boolean {
  if (!io.isTerminal.stdin || !io.isTerminal.stderr || flag(args, "json"))
    throw new CommandError(`${question}? There is no terminal to ask on`, `${line} --yes`, EXIT.usage);
  io.err(`${question}? (y/N): `);
  if (/^y(es)?$/i.test(lineOfTerminal().trim())) return true;
  io.err("Nothing was done.\n");
  return false;
}
