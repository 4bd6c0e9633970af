/** The environment that another process was started with. */
import { readFileSync } from "node:fs";

/** Undefined where the system does not tell (another user's, no /proc), or where there is no such process. */
export function environmentOf(pid: number): Record<string, string> | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return Object.fromEntries(
      entries.flatMap((entry) => {
        const at = entry.indexOf("=");
        return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
      }),
    );
  } catch {
    return undefined;
  }
}
