/** `fleet checkout ID`: the branch of a task that works in a clone, in your own repository. */
import { shellWord } from "@fleet/kit/shell";

import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { checkout as bring } from "../../app/operations/checkout.ts";
import { type Command, flag, json, text } from "./command.ts";

export const checkout: Command = {
  options: { branch: { type: "string", describe: "its name in your repository (fleet/ID)" } },
  examples: [
    ["fleet checkout fleet-3f1", "make its branch, fleet/fleet-3f1, as the last attempt left it"],
    ["fleet checkout fleet-3f1 --branch parser", "the same under another name"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const made = await bring(fleet, fleet.find(text(args, "id") ?? ""), text(args, "branch"));
    const { repository, branch, commit } = made;
    if (flag(args, "json")) io.out(json(made));
    else
      io.out(
        `Branch ${branch} is at ${commit.slice(0, 10)} in ${repository}.\nTo work on it: git -C ${shellWord(repository)} switch ${branch}\n`,
      );
    return EXIT.ok;
  },
};
