/** `fleet bd …`: finds the verb, decodes its arguments, runs it, and turns whatever happens into an exit code. */
import { sound } from "@fleet/kit/text";

import type { Io } from "../app/io.ts";
import { type Args, countTrouble, type Misuse, parse } from "./args.ts";
import { homeNamed, makeContext, readonlyRefusal, sayingOf } from "./context.ts";
import { report, reportThrown } from "./errors.ts";
import { descend, type Found, flagsOf, isMisuse, shifted } from "./find-verb.ts";
import { GLOBALS } from "./globals.ts";
import { printing } from "./sink.ts";
import { isUnsupported, locate, NAMES } from "./table.ts";
import type { Verb } from "./verb.ts";

async function misused(io: Io, { path, verb }: Pick<Found, "path" | "verb">, misuse: Misuse): Promise<number> {
  io.err(`Error: ${misuse.message}\n`);
  if (misuse.unknown !== undefined) {
    const { nearest } = await import("@fleet/kit/nearest");
    const known = Object.entries(flagsOf(verb)).filter(([, flag]) => flag.hidden !== true);
    const meant = nearest(
      misuse.unknown,
      known.map(([name]) => name),
    );
    if (meant !== undefined) io.err(`Did you mean --${meant}?\n`);
  }
  const [word] = misuse.positionals ?? [];
  if (word !== undefined && verb.subs !== undefined) {
    const { nearest } = await import("@fleet/kit/nearest");
    const meant = nearest(word, Object.keys(verb.subs));
    if (meant !== undefined) io.err(`Did you mean bd ${path} ${meant}?\n`);
  }
  const { briefUsage } = await import("./help.ts");
  io.err(briefUsage(path, verb));
  return 1;
}

/** Words that should have been one: the line with quotes, all of it. */
async function unquoted(io: Io, { path, verb }: Pick<Found, "path" | "verb">, args: Args): Promise<number> {
  const [{ shellWords }, { placesIn, written }] = await Promise.all([import("@fleet/kit/shell"), import("./args.ts")]);
  const before = args.positionals.slice(0, (placesIn(verb.usage) ?? 1) - 1);
  const words = [...before, args.positionals.slice(before.length).join(" "), ...written(args, flagsOf(verb))];
  io.err(`Error: several words need quotes\nHint: fleet ${path} ${shellWords(words)}\n`);
  return 1;
}

async function unknownVerb(io: Io, word: string, path: string, known: readonly string[]): Promise<number> {
  const { nearest } = await import("@fleet/kit/nearest");
  const meant = nearest(word, known);
  io.err(`Error: unknown command ${JSON.stringify(word)} for ${JSON.stringify(path)}\n`);
  if (meant !== undefined) io.err(`\nDid you mean this?\n\t${meant}\n\n`);
  io.err(`Run '${path} --help' for usage.\n`);
  return 1;
}

const ROOT: Verb = { usage: "[command]", summary: "Issues chained together like beads" };

async function withoutVerb(io: Io, argv: readonly string[]): Promise<number> {
  const parsed = parse(argv, GLOBALS);
  if (isMisuse(parsed)) return await misused(io, { path: "", verb: ROOT }, parsed);
  return parsed.flag("version") ? await runBd(["version", ...argv], io) : await runBd(["help"], io);
}

async function run(io: Io, { path, aliases, verb, argv }: Found, calledAs: string): Promise<number> {
  const args = parse(argv, flagsOf(verb));
  if (isMisuse(args)) return await misused(io, { path, verb }, args);
  if (args.flag("help") || verb.run === undefined) {
    const { helpText } = await import("./help.ts");
    io.out(helpText(path, verb, aliases));
    return 0;
  }
  const trouble = countTrouble(args.positionals.length, verb);
  if (trouble !== undefined && verb.endsInText === true) return await unquoted(io, { path, verb }, args);
  if (trouble !== undefined)
    return await misused(io, { path, verb }, { message: trouble, positionals: args.positionals });
  const family = verb.errors ?? "stdout";
  try {
    const ctx = makeContext(io, args, calledAs, printing(io));
    if (verb.writes === true && args.flag("readonly")) throw readonlyRefusal(path.split(" ")[0] ?? path);
    return (await verb.run(ctx, args)) ?? 0;
  } catch (error) {
    return reportThrown(sayingOf(io.env, args, printing(io)), family, error);
  }
}

/** Runs one `bd` command line (argv without "bd") and gives its exit code: 0, or 1 for every failure. */
export async function runBd(given: readonly string[], io: Io): Promise<number> {
  // A client of `fleet mcp` may send halves of surrogate pairs, or U+0000; a shell can't.
  const argv = given.map(sound);
  try {
    const first = shifted(argv, GLOBALS);
    if (first === undefined) return await withoutVerb(io, argv);
    const before = parse(argv.slice(0, argv.indexOf(first.word)), GLOBALS);
    if (isMisuse(before)) return await misused(io, { path: "", verb: ROOT }, before);
    const entry = locate(first.word);
    if (entry === undefined) {
      if (!isUnsupported(first.word)) return await unknownVerb(io, first.word, "bd", NAMES);
      const { unsupported } = await import("./unsupported.ts");
      return unsupported(io, homeNamed(io, before), first.word, first.rest);
    }
    const { verb } = await entry.load();
    const found = descend({ path: entry.name, aliases: entry.aliases ?? [], verb, argv: first.rest });
    if ("unknown" in found)
      return await unknownVerb(io, found.unknown, `bd ${found.path}`, Object.keys(verb.subs ?? {}));
    return await run(io, found, first.word);
  } catch (error) {
    return report(
      sayingOf(io.env, undefined, printing(io)),
      "stderr",
      error instanceof Error ? error.message : String(error),
    );
  }
}
