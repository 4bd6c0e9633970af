/** `fleet clone`: a working tree of the home to edit by hand, in which git merges as fleet does. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { gitDirOf, homePath } from "@fleet/store/home";
import { cloneHome } from "@fleet/store/merge/clone";
import { installPushHook, rememberCommand } from "@fleet/store/push-hook";

import { fromCwd } from "../../app/cwd.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { selfCommand } from "../../program/self.ts";
import { always, type Command, flag, json, text } from "./command.ts";

export const clone: Command = {
  forPerson: always,
  options: {},
  examples: [
    ["fleet clone ~/queue", "edit, git commit, git pull, git push"],
    ["fleet clone . ", "in a clone that is there: makes git merge as fleet does"],
  ],
  run: async (io, args) => {
    const dir = fromCwd(io, text(args, "dir"));
    const isThere = existsSync(join(dir, ".git"));
    const given = text(args, "home");
    const home = given === undefined ? homePath(io.env, io.cwd) : fromCwd(io, given);
    const isHome = existsSync(join(gitDirOf(home), "fleet"));
    if (isThere && existsSync(join(dir, ".git", "fleet")))
      throw new CommandError(`${dir} is a home, not a clone of one`, "fleet clone OTHER-DIR", EXIT.usage);
    if (!isThere && !isHome && given === undefined)
      throw new CommandError(`there is no fleet home at ${home}`, "fleet init");
    if (isHome) {
      installPushHook(gitDirOf(home));
      rememberCommand(gitDirOf(home), selfCommand());
    }
    // What is no home on this disk is git's to find.
    await cloneHome(isHome ? gitDirOf(home) : (given ?? home), dir, selfCommand(), isThere);
    if (flag(args, "json")) io.out(json({ dir, home: isHome ? home : given, created: !isThere }));
    else
      io.out(
        `✓ ${isThere ? "Set up" : "Cloned to"} ${dir}: git merges in it by issue and field.\nNext: edit, git commit -am "…", git pull --no-rebase, git push\n`,
      );
    return EXIT.ok;
  },
};
