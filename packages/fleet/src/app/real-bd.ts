/** The `bd` on PATH that is not ours. */
import { join } from "node:path";

import { isProgram } from "@fleet/kit/process/find";
import { openRegular, readFrom } from "@fleet/kit/read";

/** The second line of every script that fleet makes. */
export const SHIM_MARK = "# fleet's bd: made by `fleet shim install`, taken away by `fleet shim remove`";

/** What ends with `fleet bd` or `fleet.js bd`; and the shims of a home, whichever that is. */
const STARTS_FLEET = /\bfleet(?:\.js)?["']? bd\b|^exec "\$node" "\$program" bd\b/m;

/** True for any script that starts fleet. */
export function isOurs(path: string): boolean {
  const opened = openRegular(path, { links: "follow" });
  if (opened.kind !== "open") return false;
  try {
    const text = readFrom(opened.file, 0, 4096).toString("latin1");
    return text.startsWith("#!") && (text.includes(SHIM_MARK) || STARTS_FLEET.test(text));
  } finally {
    opened.close();
  }
}

/** Every `bd` on PATH, in its order. */
export const bdsOnPath = (path: string): string[] =>
  [...new Set(path.split(":").filter((dir) => dir !== ""))].map((dir) => join(dir, "bd")).filter(isProgram);

/** The first that is not a script of ours. */
export const realBd = (env: Readonly<Record<string, string | undefined>>, home: string): string | undefined =>
  bdsOnPath(env["PATH"] ?? "").find((path) => !path.startsWith(join(home, ".git")) && !isOurs(path));
