/** What an agent tries, line by line. */
/** Runs each, and writes down its exit code and what it said. */
export const tries = (...lines: readonly string[]): string =>
  lines.map((line) => `${line} >said 2>&1; echo "$? $(head -1 said)" >>answers`).join("\n");
