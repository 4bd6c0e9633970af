import { text, type Command } from "./command.ts";

/** Called by completion scripts for values that only the home has. main.ts calls it first, so that yargs is not loaded. */
export const completeValues: Command = {
  options: {},
  examples: [["fleet complete-values task fleet-3", "an id a line, and its title"]],
  run: async (io, args) => {
    const { offerValues } = await import("../completion/values.ts");
    return await offerValues(io, [text(args, "kind") ?? "", text(args, "typed") ?? ""]);
  },
};
