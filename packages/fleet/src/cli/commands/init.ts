/** `fleet init`: makes the home, or says that it is there. */
import { EXIT } from "../../app/errors.ts";
import { init as initHome } from "../../app/operations/init.ts";
import { type Command, flag, json, text } from "./command.ts";

export const init: Command = {
  options: { prefix: { type: "string", describe: "what ids start with", default: "fleet" } },
  examples: [["fleet init --prefix web", "ids will look like web-3f1"]],
  run: async (io, args) => {
    const done = await initHome(io, text(args, "prefix") ?? "fleet");
    if (flag(args, "json")) io.out(json(done));
    else if (!done.created) io.out(`The fleet's home ${done.home} is there already.\n`);
    else
      io.out(
        `Made the fleet's home ${done.home}.\nNext: fleet coders; fleet bd create "…" -d "…" in a project; fleet run start\n`,
      );
    return EXIT.ok;
  },
};
