/** Colours the lines of a diff as git does. Pure. */
import type { Colours } from "../style.ts";

/** A file's line may look like a header, so the kind of a line depends on its position. */
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
