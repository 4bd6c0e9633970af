/** git-lfs, which not every machine has. */
import { spawnSync } from "node:child_process";

/** Why its tests can't run here; undefined where they can. */
export const gitLfs = (): string | undefined =>
  spawnSync("git-lfs", ["version"], { stdio: "ignore" }).status === 0
    ? undefined
    : "git-lfs is not installed (Debian: apt-get install git-lfs)";
