/** Where the home is, and whether there is one: `~/.fleet`, a git repository without a working tree. */
import { existsSync, type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { diskTrouble, StoreError } from "./errors.ts";
import type { Person } from "./git/tree.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Which directory the home is: FLEET_HOME, else BEADS_DIR, else `~/.fleet`. There is no search upwards. */
export function homePath(env: Environment, cwd: string): string {
  const named = env["FLEET_HOME"] || env["BEADS_DIR"];
  if (named !== undefined && named !== "") return resolve(cwd, named);
  const home = env["HOME"];
  if (home === undefined || home === "") {
    throw new StoreError("home", "there is no HOME, so it is not known where the fleet's home is", {
      mend: "set FLEET_HOME to a directory",
    });
  }
  return join(home, ".fleet");
}

export const gitDirOf = (home: string): string => join(home, ".git");

/** The committer of every commit; the author is whoever acted. */
export const COMMITTER: Person = { name: "fleet", email: "fleet@localhost" };

/** True when there is a fleet home here. A directory that is something else is refused, naming what it is. */
export function homeExists(home: string): boolean {
  let stat: Stats | undefined;
  try {
    stat = statSync(home, { throwIfNoEntry: false });
  } catch (error) {
    throw diskTrouble(error, home);
  }
  if (stat === undefined) return false;
  if (!stat.isDirectory()) {
    throw new StoreError("home", `the fleet's home ${home} is a file`, {
      where: home,
      mend: `mv ${home} ${home}.old, or set FLEET_HOME to a directory`,
    });
  }
  const git = gitDirOf(home);
  if (!existsSync(git)) return false;
  if (!existsSync(join(git, "fleet"))) {
    throw new StoreError("home", `${home} is a git repository, but not a fleet home`, {
      where: git,
      mend: "set FLEET_HOME to another directory",
    });
  }
  return true;
}
