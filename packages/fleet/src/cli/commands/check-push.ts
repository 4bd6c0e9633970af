/** `fleet check-push OLD NEW`: called by the home's hook; decides whether a push is accepted. */
import { basename, dirname } from "node:path";

import { homePath } from "@fleet/store/home";
import { checkPush as troubleIn } from "@fleet/store/merge/check-push";
import { REFUSED } from "@fleet/store/push-hook";

import { whoHere } from "../../app/acting.ts";
import { EXIT } from "../../app/errors.ts";
import { type Command, text } from "./command.ts";

export const checkPush: Command = {
  options: {},
  examples: [["fleet check-push HEAD~1 HEAD", "what a push of the last commit would be answered"]],
  run: async (io, args) => {
    // A hook runs in the home's repository.
    const home = basename(io.cwd) === ".git" ? dirname(io.cwd) : homePath(io.env, io.cwd);
    const said = troubleIn(io.cwd, text(args, "old") ?? "", text(args, "new") ?? "", await whoHere(io, home));
    for (const line of said) io.out(`${line}\n`);
    return said.length === 0 ? EXIT.ok : REFUSED;
  },
};
