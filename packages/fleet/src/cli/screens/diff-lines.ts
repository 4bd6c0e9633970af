/** The lines of a diff in colour, as git has them. Pure. */
import type { Colours } from "../style.ts";

/** A line of a file may begin as a header does: what it is, is told by where it stands. */
export function diffLines(text: string, c: Colours): string {
  let isHeader = true;
  return text
    .split("\n")
    .map((line) => {
      if (line.startsWith("diff --git ")) isHeader = true;
      else if (line.startsWith("@@ ")) {
        isHeader = false;
        return c.blue(line);
      }
      if (line === "") return line;
      if (isHeader) return c.bold(line);
      return line.startsWith("+") ? c.green(line) : line.startsWith("-") ? c.red(line) : line;
    })
    .join("\n");
}
