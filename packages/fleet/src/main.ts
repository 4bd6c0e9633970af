/** From arguments to a command. What agents call in a loop is found without loading what it does not need. */
import type { Io } from "./app/io.ts";

async function bd(argv: readonly string[], io: Io): Promise<number> {
  const { runBd } = await import("./bd/bd.ts");
  return await runBd(argv, io);
}

const HELP = new Set(["help", "--help", "-h"]);
const OF_FLEETS_STATS = new Set(["--evidence", "--help", "-h"]);

export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [first = "", ...rest] = argv;
  if (first === "bd") return await bd(rest, io);
  if (first === "complete-values") {
    const { offerValues } = await import("./cli/completion/values.ts");
    return await offerValues(io, rest);
  }
  // Of the two that are called so this one is bd's: it counts issues.
  if (first === "stats" && !rest.some((word) => OF_FLEETS_STATS.has(word))) return await bd(argv, io);
  const { isCommand, isVerb, WORDS } = await import("./cli/words.ts");
  const [second = ""] = rest;
  // `fleet help dep add` and `fleet --help dep add` are `fleet dep add --help`; what is no command may be a topic.
  if (HELP.has(first) && (second === "bd" || WORDS.has(second) || isVerb(second) || isCommand(second)))
    return await main([...rest, "--help"], io);
  const stands = WORDS.get(first);
  if (stands !== undefined) return await main([...stands, ...rest], io);
  if (isVerb(first)) return await bd(argv, io);
  const { runFleet } = await import("./cli/cli.ts");
  return await runFleet(argv, io);
}
