/** The environment that another process was started with: in /proc/PID/environ, `NAME=value` with NUL after each. */
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

/** The value of one variable in such a text. */
export function valueIn(environ: string, name: string): string | undefined {
  const isFirst = environ.startsWith(`${name}=`);
  const at = isFirst ? 0 : environ.indexOf(`\0${name}=`) + 1;
  if (at === 0 && !isFirst) return undefined;
  const end = environ.indexOf("\0", at);
  return environ.slice(at + name.length + 1, end < 0 ? undefined : end);
}
