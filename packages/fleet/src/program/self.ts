/** The command that starts this fleet again: this node and the built fleet.js. */
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export function selfCommand(): readonly string[] {
  const here = fileURLToPath(import.meta.url);
  // The sources run (in a test): what they would be built into.
  const dist = basename(here).endsWith(".ts") ? join(dirname(here), "..", "..", "dist") : dirname(here);
  return [process.execPath, join(dist, "fleet.js")];
}
