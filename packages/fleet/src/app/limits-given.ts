/** Limits as flags of a command, read for an operation. */
import { CommandError, EXIT } from "./errors.ts";
import { type GivenLimits, readFlags } from "./task-settings.ts";

/** `text`: what was given under a flag, undefined where it was not; `help`: the command that lists them. */
export function limitsGiven(text: (flag: string) => string | undefined, help: string): GivenLimits {
  const read = readFlags(text);
  if (read.ok) return read.given;
  throw new CommandError(`${read.flag}: ${read.problem}`, help, EXIT.usage);
}
