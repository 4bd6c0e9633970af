/** Makes the home, or finds it there. */
import { homePath } from "@fleet/store/home";
import { ID_SHAPE } from "@fleet/store/ids";
import { Store } from "@fleet/store/store";

import type { Choice } from "../choose-coder.ts";
import { DEFAULT_PREFIX } from "../default-prefix.ts";
import { CommandError } from "../errors.ts";
import { identity } from "../identity.ts";
import { makeHome } from "../new-home.ts";
import type { World } from "../open.ts";

export interface Initialized {
  readonly home: string;
  /** Its own; another one that was asked for does not change that of a home that was there. */
  readonly prefix: string;
  /** False: it was there. */
  readonly created: boolean;
  /** What its first settings say of coders; null where it was there. */
  readonly coder: Choice | null;
}

/** `pick`: which of several coders a person names. */
export async function init(
  world: World,
  prefix: string = DEFAULT_PREFIX,
  pick?: (names: readonly string[]) => string | undefined,
): Promise<Initialized> {
  const home = homePath(world.env, world.cwd);
  if (!ID_SHAPE.test(`${prefix}-a`))
    throw new CommandError(`${JSON.stringify(prefix)} can't be a prefix`, "fleet init --prefix letters-digits");
  const { actor, email } = await identity(world, undefined, true);
  const made = await makeHome(world, { home, prefix, actor, email, ...(pick === undefined ? {} : { pick }) });
  return made.kind === "created"
    ? { home, prefix, created: true, coder: made.coder }
    : { home, prefix: new Store(home).snapshot().meta.prefix, created: false, coder: null };
}
