/** Messages for an invalid `bd` command line: what is wrong, what may be meant, the usage. */
import { nearest } from "@fleet/kit/nearest";
import { shellWords } from "@fleet/kit/shell";

import type { Io } from "../app/io.ts";
import { type Args, type Misuse, placesIn, written } from "./args.ts";
import { type Found, flagsOf } from "./find-verb.ts";
import { briefUsage } from "./help.ts";

export function misused(io: Io, { path, verb }: Pick<Found, "path" | "verb">, misuse: Misuse): number {
  io.err(`Error: ${misuse.message}\n`);
  if (misuse.unknown !== undefined) {
    const known = Object.entries(flagsOf(verb)).filter(([, flag]) => flag.hidden !== true);
    const meant = nearest(
      misuse.unknown,
      known.map(([name]) => name),
    );
    if (meant !== undefined) io.err(`Did you mean --${meant}?\n`);
  }
  const [word] = misuse.positionals ?? [];
  if (word !== undefined && verb.subs !== undefined) {
    const meant = nearest(word, Object.keys(verb.subs));
    if (meant !== undefined) io.err(`Did you mean bd ${path} ${meant}?\n`);
  }
  io.err(briefUsage(path, verb));
  return 1;
}

/** Words that should have been quoted: the whole line with quotes. */
export function unquoted(io: Io, { path, verb }: Pick<Found, "path" | "verb">, args: Args): number {
  const before = args.positionals.slice(0, (placesIn(verb.usage) ?? 1) - 1);
  const words = [...before, args.positionals.slice(before.length).join(" "), ...written(args, flagsOf(verb))];
  io.err(`Error: several words need quotes\nHint: fleet ${path} ${shellWords(words)}\n`);
  return 1;
}

export function unknownVerb(io: Io, word: string, path: string, known: readonly string[]): number {
  const meant = nearest(word, known);
  io.err(`Error: unknown command ${JSON.stringify(word)} for ${JSON.stringify(path)}\n`);
  if (meant !== undefined) io.err(`\nDid you mean this?\n\t${meant}\n\n`);
  io.err(`Run '${path} --help' for usage.\n`);
  return 1;
}
