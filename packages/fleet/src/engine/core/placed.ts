/** Where a review remark belongs in the file as it is now: the line may have moved, changed, or be gone. Pure. */
import { type Anchor, anchorText } from "@fleet/store/remarks";

export type Placed =
  /** Its line is there, as it was: `line` where it is now. */
  | { readonly kind: "here"; readonly line: number }
  /** Its line is another now, or gone with its file: it is shown with what it was said of. */
  | { readonly kind: "outdated" };

/** `lines`: of the file; undefined where there is none. Of several that say the same, the nearest one. */
export function placed({ line, text }: Pick<Anchor, "line" | "text">, lines: readonly string[] | undefined): Placed {
  if (lines === undefined) return { kind: "outdated" };
  const isIt = (at: number): boolean => lines[at - 1] !== undefined && anchorText(lines[at - 1] ?? "") === text;
  if (isIt(line)) return { kind: "here", line };
  // A blank line is like any other one: that it moved can't be told.
  if (text.trim() === "") return { kind: "outdated" };
  for (let off = 1; off < lines.length + line; off++) {
    const at = [line - off, line + off].find(isIt);
    if (at !== undefined) return { kind: "here", line: at };
  }
  return { kind: "outdated" };
}
