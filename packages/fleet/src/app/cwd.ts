/** Paths as a person wrote them. The current directory may have been deleted. */
import { isAbsolute, resolve } from "node:path";

import { CommandError } from "./errors.ts";
import type { Io } from "./io.ts";

export type Here = Pick<Io, "cwd" | "isCwdGone">;

/** `path` seen from the current directory; refused where that is gone and needed. `instead`: what else would do. */
export function fromCwd(here: Here, path = ".", instead = "give an absolute path"): string {
  if (here.isCwdGone !== true || isAbsolute(path)) return resolve(here.cwd, path);
  throw new CommandError(`the current directory (${here.cwd}) was deleted: cd to one that exists, or ${instead}`);
}

/** Every command needs the home; when the current directory is gone, one that is named relative to it can't be found. */
export function refuseRelativeHome(here: Here, env: Io["env"]): void {
  fromCwd(here, env["FLEET_HOME"] || env["BEADS_DIR"] || "/", "make FLEET_HOME an absolute path");
}
