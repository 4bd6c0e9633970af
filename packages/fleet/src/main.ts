/** From arguments to a command. What agents call in a loop is found without loading what it does not need. */
import type { Io } from "./io.ts";

/** `fleet ready` is `fleet bd ready`: the verbs that have a place at the top. */
const AS_BD = new Set(["ready", "show", "doctor"]);

export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  if (first === "bd") {
    const { runBd } = await import("./bd/bd.ts");
    return await runBd(rest, io);
  }
  if (first !== undefined && AS_BD.has(first)) {
    const { runBd } = await import("./bd/bd.ts");
    return await runBd(argv, io);
  }
  const { runFleet } = await import("./cli.ts");
  return await runFleet(argv, io);
}
