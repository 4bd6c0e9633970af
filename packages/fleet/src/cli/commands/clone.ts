/** `fleet clone`: a working copy of the home for editing by hand, with fleet's merge driver set up. */
import { EXIT } from "../../app/errors.ts";
import { clone as cloneHome } from "../../app/operations/clone.ts";
import { type Command, flag, json, text } from "./command.ts";

export const clone: Command = {
  options: {},
  examples: [
    ["fleet clone ~/queue", "edit, git commit, git pull, git push"],
    ["fleet clone . ", "in an existing clone: makes git merge as fleet does"],
  ],
  run: async (io, args) => {
    const done = await cloneHome(io, text(args, "dir"), text(args, "home"));
    if (flag(args, "json")) io.out(json(done));
    else
      io.out(
        `✓ ${done.created ? "Cloned to" : "Set up"} ${done.dir}: git merges in it by issue and field.\nNext: edit, git commit -am "…", git pull --no-rebase, git push\n`,
      );
    return EXIT.ok;
  },
};
