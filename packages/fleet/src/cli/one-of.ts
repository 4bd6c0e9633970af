/** A word that has to be one of a closed set. */
import { nearest } from "@fleet/kit/nearest";
import { shellWord } from "@fleet/kit/shell";

import { CommandError, EXIT } from "../app/errors.ts";

/** One of a closed set, or a refusal that names the set. */
export function oneOf<T extends string>(known: readonly T[], given: string, what: string, command: string): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  const meant = nearest(given, known);
  const [all, word] = known.length === 0 ? ["there is none", undefined] : [known.join(", "), meant ?? known[0]];
  throw new CommandError(
    `no ${what} ${JSON.stringify(given)}: ${all}`,
    word === undefined ? `${command.split(" --")[0] ?? command} --help` : `${command} ${shellWord(word)}`,
    EXIT.usage,
  );
}
