import { text, type Command } from "./command.ts";

/** A completion script asks it what only the home knows. main.ts takes it first, so that yargs is not waited for. */
export const completeValues: Command = {
  options: {},
  examples: [["fleet complete-values task fleet-3", "an id a line, and its title"]],
  run: async (io, args) => {
    const { offerValues } = await import("../completion/values.ts");
    return await offerValues(io, [text(args, "kind") ?? "", text(args, "typed") ?? ""]);
  },
};
