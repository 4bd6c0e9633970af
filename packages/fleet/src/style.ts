/** How things look on a terminal: colour where it is one and NO_COLOR is not set, plain columns everywhere. */
import { Chalk, type ChalkInstance } from "chalk";

import type { Io } from "./io.ts";

export function colours(io: Io): ChalkInstance {
  const forced = io.env["CLICOLOR_FORCE"] !== undefined && io.env["CLICOLOR_FORCE"] !== "0";
  const plain = (io.env["NO_COLOR"] ?? "") !== "" || io.env["TERM"] === "dumb" || !io.isTerminal.stdout;
  return new Chalk({ level: forced || !plain ? 1 : 0 });
}

/** Left-aligned columns, two spaces apart; the last one is cut to the width. Cells are plain text. */
export function columns(rows: readonly (readonly string[])[], width = Infinity): string[] {
  const sizes: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (sizes[i] = Math.max(sizes[i] ?? 0, cell.length)));
  return rows.map((row) => {
    const line = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(sizes[i] ?? 0))).join("  ");
    return (line.length > width ? `${line.slice(0, Math.max(1, width - 1))}…` : line).trimEnd();
  });
}
