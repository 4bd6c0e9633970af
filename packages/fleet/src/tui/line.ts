/** One screen line: parts of text with colours, cut and padded to fit. Pure. */
import { printableLine } from "@fleet/kit/printable";
import type { Paint } from "@fleet/kit/table";
import { cut, widthOf } from "@fleet/kit/width";

export interface Span {
  readonly text: string;
  readonly paint?: Paint;
}

const plain: Paint = (text) => text;

/** Foreign text without control characters, in exactly this many cells. */
export function cell(text: string, size: number, paint: Paint = plain): Span {
  const shown = cut(printableLine(text), size);
  return { text: `${shown}${" ".repeat(Math.max(0, size - widthOf(shown)))}`, paint };
}

/** Cut at the screen's width; `isFull`: padded to it. */
export function lineOf(spans: readonly Span[], columns: number, isFull = false): string {
  let left = columns;
  let line = "";
  for (const { text, paint = plain } of spans) {
    const shown = cut(printableLine(text), left);
    if (shown === "") continue;
    line += paint(shown);
    left -= widthOf(shown);
    if (left <= 0) break;
  }
  return isFull ? `${line}${" ".repeat(Math.max(0, left))}` : line;
}
