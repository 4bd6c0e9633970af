/** `fleet check-push OLD NEW`: the home's hook asks it whether a push may be. */
import { checkPush as troubleIn } from "@fleet/store/merge/check-push";
import { REFUSED } from "@fleet/store/push-hook";

import { insideOf } from "../../bd/context.ts";
import { EXIT } from "../../app/errors.ts";
import { type Command, text } from "./command.ts";

export const checkPush: Command = {
  options: {},
  examples: [["fleet check-push HEAD~1 HEAD", "what the last commit would be told"]],
  run: async (io, args) => {
    const said = troubleIn(io.cwd, text(args, "old") ?? "", text(args, "new") ?? "", insideOf(io.env));
    for (const line of said) io.out(`${line}\n`);
    return said.length === 0 ? EXIT.ok : REFUSED;
  },
};
