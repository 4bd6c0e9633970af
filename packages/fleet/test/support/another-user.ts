/** A process of another user than root, whom nothing limits: `prlimit --nproc` holds for it. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const UID = 4242;

/** What stands before a command that is to be run so. */
export const AS_ANOTHER = ["setpriv", "--reuid", `${UID}`, "--regid", `${UID}`, "--clear-groups"] as const;

/** Whether such a process can be had, limited, and can read this file. */
export function canBeAnother(file: string): boolean {
  // The run's own directory for temporary files; nobody else's is changed.
  if (basename(tmpdir()).startsWith("fleet-tests-")) chmodSync(tmpdir(), 0o711);
  const [first, ...others] = AS_ANOTHER;
  return spawnSync(first, [...others, "prlimit", "--nproc=40", "test", "-r", file]).status === 0;
}

/** Gives it a directory with all that is in it. */
export function giveToAnother(path: string): void {
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" })) chownSync(join(path, name), UID, UID);
  chownSync(path, UID, UID);
}
