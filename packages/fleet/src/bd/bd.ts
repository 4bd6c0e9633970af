/** `fleet bd …`: finds the verb, decodes its arguments, runs it, and turns whatever happens into an exit code. */
import { sound } from "@fleet/kit/text";

import type { Io } from "../app/io.ts";
import { type Args, countTrouble, parse } from "./args.ts";
import { homeNamed, makeContext, readonlyRefusal, sayingOf } from "./context.ts";
import { report, reportThrown } from "./errors.ts";
import { descend, type Found, flagsOf, isMisuse, shifted } from "./find-verb.ts";
import { GLOBALS } from "./globals.ts";
import type * as Misused from "./misuse.ts";
import { printing, type Sink } from "./sink.ts";
import { isUnsupported, locate, NAMES } from "./table.ts";
import type { Verb } from "./verb.ts";

/** Loaded only for an invalid command line. */
const misuse = async (): Promise<typeof Misused> => await import("./misuse.ts");

const ROOT: Verb = { usage: "[command]", summary: "Issues chained together like beads" };

async function withoutVerb(io: Io, argv: readonly string[]): Promise<number> {
  const parsed = parse(argv, GLOBALS);
  if (isMisuse(parsed)) return (await misuse()).misused(io, { path: "", verb: ROOT }, parsed);
  return parsed.flag("version") ? await runBd(["version", ...argv], io) : await runBd(["help"], io);
}

async function run(io: Io, { path, aliases, verb, argv }: Found, calledAs: string): Promise<number> {
  const args = parse(argv, flagsOf(verb));
  if (isMisuse(args)) return (await misuse()).misused(io, { path, verb }, args);
  if (args.flag("help") || verb.run === undefined) {
    const [{ helpText }, { terminalWidth }] = await Promise.all([import("./help.ts"), import("@fleet/kit/width")]);
    io.out(helpText(path, verb, aliases, terminalWidth(io)));
    return 0;
  }
  const trouble = countTrouble(args.positionals.length, verb);
  if (trouble !== undefined && verb.endsInText === true) return (await misuse()).unquoted(io, { path, verb }, args);
  if (trouble !== undefined)
    return (await misuse()).misused(io, { path, verb }, { message: trouble, positionals: args.positionals });
  const family = verb.errors ?? "stdout";
  const sink = await sinkOf(io, args);
  try {
    const ctx = makeContext(io, args, calledAs, sink);
    if (verb.writes === true && args.flag("readonly")) throw readonlyRefusal(path.split(" ")[0] ?? path);
    return (await verb.run(ctx, args)) ?? 0;
  } catch (error) {
    return reportThrown(sayingOf(io.env, args, sink), family, error);
  }
}

/** Suggested commands name the same home that this command line named. */
async function sinkOf(io: Io, args: Args): Promise<Sink> {
  if ((args.text("db") ?? "") === "") return printing(io);
  const { inHome } = await import("./named-home.ts");
  return inHome(printing(io), homeNamed(io, args));
}

/** Runs one `bd` command line (argv without "bd") and gives its exit code: 0, or 1 for every failure. */
export async function runBd(given: readonly string[], io: Io): Promise<number> {
  // A client of `fleet mcp` may send lone surrogates or U+0000; a shell can't.
  const argv = given.map(sound);
  try {
    const first = shifted(argv, GLOBALS);
    if (first === undefined) return await withoutVerb(io, argv);
    const before = parse(argv.slice(0, argv.indexOf(first.word)), GLOBALS);
    if (isMisuse(before)) return (await misuse()).misused(io, { path: "", verb: ROOT }, before);
    const entry = locate(first.word);
    if (entry === undefined) {
      if (!isUnsupported(first.word)) return (await misuse()).unknownVerb(io, first.word, "bd", NAMES);
      const { unsupported } = await import("./unsupported.ts");
      return unsupported(io, homeNamed(io, before), first.word, first.rest);
    }
    const { verb } = await entry.load();
    const found = descend({ path: entry.name, aliases: entry.aliases ?? [], verb, argv: first.rest });
    if ("unknown" in found)
      return (await misuse()).unknownVerb(io, found.unknown, `bd ${found.path}`, Object.keys(verb.subs ?? {}));
    return await run(io, found, first.word);
  } catch (error) {
    return report(
      sayingOf(io.env, undefined, printing(io)),
      "stderr",
      error instanceof Error ? error.message : String(error),
    );
  }
}
