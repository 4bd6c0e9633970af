/** What can be expected of a task's work: `--expect`. Apart, because `bd create` needs this and nothing more. */

import { patternTrouble } from "@fleet/kit/glob";

/** What is wrong with a value of `--expect`, or undefined. */
export function expectTrouble(value: string): string | undefined {
  if (value === "commit") return undefined;
  if (/^path:./.test(value)) return patternTrouble(value.slice("path:".length));
  return `unknown expectation ${JSON.stringify(value)} (commit, path:GLOB)`;
}
