/** Which processes have a directory below this one as their working directory: shells, editors, servers. */
import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { sep } from "node:path";

/** Their pids; undefined where the system does not tell (elsewhere than on Linux). Those of other users are not seen. */
export function workingIn(dir: string): number[] | undefined {
  if (process.platform !== "linux") return undefined;
  const real = realpathSync(dir);
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const at = readlinkSync(`/proc/${name}/cwd`);
      return at === real || at.startsWith(real + sep) ? [Number(name)] : [];
    } catch {
      // Gone meanwhile, or another user's.
      return [];
    }
  });
}
