/** A clone of a home with a working tree, for editing by hand: its merges are fleet's. */
import { join } from "node:path";

import { StoreError } from "../errors.ts";
import { shellWord } from "@fleet/kit/shell";
import { gitLater } from "../git/run.ts";
import { tellingOf } from "./remote.ts";

/**
 * `command` is how this fleet is started, by absolute paths. Without it git merges by lines, and leaves marks of conflict
 * that the home's hook refuses: a clone never ends in a silent loss.
 */
const driverOf = (command: readonly string[]): string =>
  `${command.map(shellWord).join(" ")} merge-driver %O %A %B %P || { git merge-file %A %O %B; exit 1; }`;

/** Clones `from` (a git directory or a URL) into `dir`, or sets up the clone that is there. */
export async function cloneHome(
  from: string,
  dir: string,
  command: readonly string[],
  isThere: boolean,
): Promise<void> {
  if (!isThere) {
    const done = await gitLater("network", ["clone", "--quiet", "--no-recurse-submodules", "--", from, dir]);
    if (done.code !== 0)
      throw new StoreError("unwritable", `git clone failed: ${tellingOf(done.stderr)}`, {
        where: from,
        // Where git finds nothing to clone, git alone says more; a directory that is taken is left alone.
        mend: /already exists and is not an empty directory/.test(done.stderr)
          ? `fleet clone ${shellWord(join(dir, "fleet-queue"))}`
          : `git ls-remote ${shellWord(from)}`,
      });
  }
  const settings = [
    ["merge.fleet.name", "fleet: by issue and field"],
    ["merge.fleet.driver", driverOf(command)],
    // Empty shards are all alike: a rename is never what happened.
    ["merge.renames", "false"],
  ] as const;
  for (const [key, value] of settings) {
    const done = await gitLater("network", ["-C", dir, "config", key, value]);
    if (done.code !== 0)
      throw new StoreError("unwritable", `git config failed: ${tellingOf(done.stderr)}`, { where: dir });
  }
}
