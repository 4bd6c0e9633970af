/** Makes the home, or finds it there. */
import { createExclusive } from "@fleet/kit/files";
import { createHome } from "@fleet/store/create-home";
import { gitDirOf, homePath } from "@fleet/store/home";
import { ID_SHAPE } from "@fleet/store/ids";
import { rememberCommand } from "@fleet/store/push-hook";

import { selfCommand } from "../../program/self.ts";
import { configPath } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { CommandError } from "../errors.ts";
import { identity } from "../identity.ts";
import type { World } from "../open.ts";

const FIRST_CONFIG = `# The settings of this fleet. "fleet config show" lists all of them with their meaning;
# a running supervisor takes a change up within seconds, and every accepted version is a commit.
max_concurrent: ${DEFAULTS.max_concurrent}
# The coder of tasks that name none. "shell" runs a task's description as a script; see "fleet coders" for the others.
default_coder: ${DEFAULTS.default_coder}
`;

export interface Initialized {
  readonly home: string;
  readonly prefix: string;
  /** False: it was there. */
  readonly created: boolean;
}

export async function init(world: World, prefix: string): Promise<Initialized> {
  const home = homePath(world.env, world.cwd);
  if (!ID_SHAPE.test(`${prefix}-a`))
    throw new CommandError(`${JSON.stringify(prefix)} can't be a prefix`, "fleet init --prefix letters-digits");
  const { actor, email } = await identity(world, undefined, true);
  const made = await createHome(home, {
    prefix,
    author: { name: actor, email: email ?? "" },
    seconds: Math.floor(world.now() / 1000),
  });
  // The home's check of pushes asks it.
  rememberCommand(gitDirOf(home), selfCommand());
  createExclusive(configPath(home), FIRST_CONFIG);
  return { home, prefix, created: made === "created" };
}
