/** What the bench says: printed as it goes, and kept for docs/BENCHMARKS.md. */
const lines = [];

export function print(line = "") {
  lines.push(line);
  console.log(line);
}

export const title = (text) => print(`\n## ${text}\n`);

/** A table; the first column is words, the others are figures. */
export function table(head, rows) {
  const bar = (cells) => `| ${cells.join(" | ")} |`;
  print(bar(head));
  print(bar(head.map((_, at) => (at === 0 ? "---" : "--:"))));
  for (const cells of rows) print(bar(cells));
}

export const ms = (millis) => `${millis.toFixed(0)} ms`;
export const times = (a, b) => `${(a / b).toFixed(2)} ×`;
export const kept = (isKept) => (isKept ? "yes" : "**no**");
export const report = () => lines.join("\n");
