/** A home that is made: by `fleet init`, `bd init`, or the first command that writes. One way, so that each begins with the same settings. */
import { existsSync } from "node:fs";

import { createExclusive } from "@fleet/kit/files";
import { createHome } from "@fleet/store/create-home";
import { gitDirOf } from "@fleet/store/home";
import { rememberCommand } from "@fleet/store/push-hook";

import { selfCommand } from "../program/self.ts";
import { configPath } from "../settings/place.ts";
import { DEFAULTS } from "../settings/defaults.ts";
import { type Choice, chooseCoder } from "./choose-coder.ts";
import type { Io } from "./io.ts";

const firstYaml = (coder: string | undefined): string =>
  `# The settings of this fleet. "fleet config show" lists all of them with their meaning;
# a running supervisor applies a change within seconds, and every accepted version is a commit.
max_concurrent: ${DEFAULTS.max_concurrent}
# The coder of tasks that name none; "fleet coders" lists them. "shell" runs a task's description as a script.
${coder === undefined ? "# default_coder: claude" : `default_coder: ${coder}`}
`;

export interface NewHome {
  readonly home: string;
  readonly prefix: string;
  readonly actor: string;
  readonly email: string | undefined;
  /** A person says which of several coders; undefined leaves it open. */
  readonly pick?: (names: readonly string[]) => string | undefined;
}

/** `coder`: what its first settings name; undefined where it was there already. */
export type Made = { readonly kind: "created"; readonly coder: Choice } | { readonly kind: "adopted" };

export async function makeHome(world: Pick<Io, "env" | "now">, wanted: NewHome): Promise<Made> {
  const { home, prefix, actor, email, pick } = wanted;
  const author = { name: actor, email: email ?? `${actor}@fleet.localhost` };
  const made = await createHome(home, { prefix, author, seconds: Math.floor(world.now() / 1000) });
  // The home's check of pushes asks it.
  rememberCommand(gitDirOf(home), selfCommand());
  // Of settings that a person left there nothing is decided for them.
  if (made === "adopted" || existsSync(configPath(home))) return { kind: "adopted" };
  const chosen = await chooseCoder(world.env);
  const name = chosen.kind === "one" ? chosen.name : chosen.kind === "several" ? pick?.(chosen.names) : undefined;
  createExclusive(configPath(home), firstYaml(name));
  return { kind: "created", coder: name === undefined ? chosen : { kind: "one", name } };
}
