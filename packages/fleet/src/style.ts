/** How things look on a terminal: colour where it is one and NO_COLOR is not set, plain columns everywhere. */
import { Chalk, type ChalkInstance } from "chalk";

import type { Io } from "./io.ts";
import { ours } from "./printable.ts";

export type Colours = Readonly<Record<"dim" | "green" | "red" | "yellow", (text: string) => string>>;

export function colours(io: Io): Colours {
  const forced = io.env["CLICOLOR_FORCE"] !== undefined && io.env["CLICOLOR_FORCE"] !== "0";
  const plain = (io.env["NO_COLOR"] ?? "") !== "" || io.env["TERM"] === "dumb" || !io.isTerminal.stdout;
  const chalk = new Chalk({ level: forced || !plain ? 1 : 0 });
  const marked =
    (paint: ChalkInstance) =>
    (text: string): string =>
      paint("|").split("|").map(ours).join(text);
  return {
    dim: marked(chalk.dim),
    green: marked(chalk.green),
    red: marked(chalk.red),
    yellow: marked(chalk.yellow),
  };
}

/** A column that gives way where the width is short: down to `least`, until the last column has `forLast`. */
export interface Yielding {
  readonly column: number;
  readonly least: number;
  readonly forLast: number;
}

/** One line, cut to the length. */
export const clip = (text: string, length: number): string => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, Math.max(0, length - 1))}…` : line;
};

const fitted = (cell: string, size: number): string => (cell.length > size ? clip(cell, size) : cell.padEnd(size));

/** Left-aligned columns, two spaces apart; the last one is cut to the width. Cells are plain text. */
export function columns(rows: readonly (readonly string[])[], width = Infinity, yielding?: Yielding): string[] {
  const sizes: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (sizes[i] = Math.max(sizes[i] ?? 0, cell.length)));
  if (yielding !== undefined) {
    const { column, least, forLast } = yielding;
    const size = sizes[column] ?? 0;
    const last = Math.min(forLast, sizes.at(-1) ?? 0);
    const missing = sizes.slice(0, -1).reduce((sum, one) => sum + one + 2, last) - width;
    sizes[column] = Math.min(size, Math.max(least, size - Math.max(0, missing)));
  }
  return rows.map((row) => {
    const line = row.map((cell, i) => (i === row.length - 1 ? cell : fitted(cell, sizes[i] ?? 0))).join("  ");
    return (line.length > width ? `${line.slice(0, Math.max(1, width - 1))}…` : line).trimEnd();
  });
}
