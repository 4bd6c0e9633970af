/** Where the home is, and whether there is one: `~/.fleet`, a git repository without a working tree. */
import { type Stats, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { readTrouble } from "@fleet/kit/errors";
import { StoreError } from "./errors.ts";
import { shellWord } from "@fleet/kit/shell";
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

/** Undefined for what is not there; what can't be looked at is not the same. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw readTrouble(error, path);
  }
}

/** True when there is a fleet home here. A directory that is something else is refused, naming what it is. */
export function homeExists(home: string): boolean {
  const stat = statOf(home);
  if (stat === undefined) return false;
  if (!stat.isDirectory()) {
    throw new StoreError("home", `the fleet's home ${home} is a file`, {
      where: home,
      // By any other name it is somebody's file, named by a slip.
      mend:
        basename(home) === ".fleet"
          ? `mv ${shellWord(home)} ${shellWord(`${home}.old`)}, or set FLEET_HOME to a directory`
          : "unset FLEET_HOME, or set it to a directory",
    });
  }
  const git = gitDirOf(home);
  const gitStat = statOf(git);
  if (gitStat === undefined) return false;
  // `.git` is a file in a linked worktree.
  if (!gitStat.isDirectory() || statOf(join(git, "fleet")) === undefined) {
    throw new StoreError("home", `${home} is a git repository, but not a fleet home`, {
      where: git,
      mend: "set FLEET_HOME to another directory",
    });
  }
  return true;
}
