/** `fleet init`: makes the home, or says that it is there. */
import { createHome } from "@fleet/store/create-home";
import { gitDirOf, homePath } from "@fleet/store/home";
import { ID_SHAPE } from "@fleet/store/ids";
import { rememberCommand } from "@fleet/store/push-hook";

import { identity } from "../../app/identity.ts";
import { configPath } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { CommandError } from "../../app/errors.ts";
import { createExclusive } from "@fleet/kit/files";
import { selfCommand } from "../../program/self.ts";
import { type Command, flag, json, text } from "./command.ts";

const FIRST_CONFIG = `# The settings of this fleet. "fleet config show" lists all of them with their meaning;
# a running supervisor takes a change up within seconds, and every accepted version is a commit.
max_concurrent: ${DEFAULTS.max_concurrent}
# The coder of tasks that name none. "shell" runs a task's description as a script; see "fleet coders" for the others.
default_coder: ${DEFAULTS.default_coder}
`;

export const init: Command = {
  options: { prefix: { type: "string", describe: "what ids start with", default: "fleet" } },
  examples: [["fleet init --prefix web", "ids will look like web-3f1"]],
  run: async (io, args) => {
    const home = homePath(io.env, io.cwd);
    const prefix = text(args, "prefix") ?? "fleet";
    if (!ID_SHAPE.test(`${prefix}-a`))
      throw new CommandError(`${JSON.stringify(prefix)} can't be a prefix`, "fleet init --prefix letters-digits");
    const { actor, email } = await identity(io, undefined, true);
    const made = await createHome(home, {
      prefix,
      author: { name: actor, email: email ?? "" },
      seconds: Math.floor(io.now() / 1000),
    });
    // The home's check of pushes asks it.
    rememberCommand(gitDirOf(home), selfCommand());
    createExclusive(configPath(home), FIRST_CONFIG);
    if (flag(args, "json")) io.out(json({ home, prefix, created: made === "created" }));
    else if (made === "adopted") io.out(`The fleet's home ${home} is there already.\n`);
    else
      io.out(
        `Made the fleet's home ${home}.\nNext: fleet coders; fleet bd create "…" -d "…" in a project; fleet run start\n`,
      );
    return 0;
  },
};
