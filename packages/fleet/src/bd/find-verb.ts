/** Finds the verb that words name, with subcommands (`dep add`), and its flags. Pure. */
import { type Args, type Misuse, tokenize } from "./args.ts";
import { GLOBALS } from "./globals.ts";
import type { Flags, Verb } from "./verb.ts";

/** A verb, the words that named it, and the rest of argv. */
export interface Found {
  readonly path: string;
  readonly aliases: readonly string[];
  readonly verb: Verb;
  readonly argv: readonly string[];
}

export const isMisuse = (parsed: Args | Misuse): parsed is Misuse => "message" in parsed;

/** A verb's flags: its own and the global ones. */
export const flagsOf = (verb: Verb): Flags => ({ ...shorts(verb.flags ?? {}), ...verb.flags });

/** The global flags, without shorthands that the verb uses itself. */
function shorts(own: Flags): Flags {
  const taken = new Set(Object.values(own).map((flag) => flag.short));
  return Object.fromEntries(
    Object.entries(GLOBALS).map(([name, flag]) => {
      const { short, ...rest } = flag;
      return [name, short === undefined || taken.has(short) ? rest : flag];
    }),
  );
}

/** The first positional argument, and argv without it. */
export function shifted(
  argv: readonly string[],
  flags: Flags,
): { readonly word: string; readonly rest: readonly string[] } | undefined {
  const token = tokenize(argv, flags).find(({ kind }) => kind !== "option");
  if (token?.kind !== "positional") return undefined;
  return { word: token.value ?? "", rest: [...argv.slice(0, token.index), ...argv.slice(token.index + 1)] };
}

/** Descends to the subcommand that argv names, if any. */
export function descend(found: Found): Found | { readonly unknown: string; readonly path: string } {
  const { verb, argv, path } = found;
  if (verb.subs === undefined) return found;
  const first = shifted(argv, flagsOf(verb));
  if (first === undefined) return found;
  for (const [name, sub] of Object.entries(verb.subs)) {
    if (name !== first.word && sub.aliases?.includes(first.word) !== true) continue;
    return descend({ path: `${path} ${name}`, aliases: sub.aliases ?? [], verb: sub, argv: first.rest });
  }
  return verb.run === undefined ? { unknown: first.word, path } : found;
}
