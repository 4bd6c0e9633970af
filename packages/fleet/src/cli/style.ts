/** How things look on a terminal: colour where it is one and NO_COLOR is not set, plain columns everywhere. */
import { Chalk, type ChalkInstance } from "chalk";

import type { Io } from "../app/io.ts";
import { ours } from "@fleet/kit/printable";

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
