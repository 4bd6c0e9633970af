/** What can be expected of a task's work: `--expect`. Apart, because `bd create` needs this and nothing more. */

/** What is wrong with a value of `--expect`, or undefined. */
export function expectTrouble(value: string): string | undefined {
  if (value === "commit" || /^path:./.test(value)) return undefined;
  return `unknown expectation ${JSON.stringify(value)} (commit, path:GLOB)`;
}
