/** From arguments to a command. What agents call in a loop is found without loading what it does not need. */
import { AT_TOP } from "./bd/table.ts";
import type { Io } from "./app/io.ts";

export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  // `help` alone is yargs's own.
  if (first === "help" && rest.length > 0) return await main([...rest, "--help"], io);
  if (first === "bd") {
    const { runBd } = await import("./bd/bd.ts");
    return await runBd(rest, io);
  }
  if (first !== undefined && AT_TOP.has(first)) {
    const { runBd } = await import("./bd/bd.ts");
    return await runBd(argv, io);
  }
  if (first === "complete-values") {
    const { offerValues } = await import("./cli/completion/values.ts");
    return await offerValues(io, rest);
  }
  const { runFleet } = await import("./cli/cli.ts");
  return await runFleet(argv, io);
}
