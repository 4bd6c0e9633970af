/** What has to be sent to a terminal so that it shows other lines than before. Pure. */
import { ours } from "@fleet/kit/printable";

/** The second screen, without a cursor, with clicks, with text that is put in marked as such; and all of that back. */
export const ENTER = ours("\u001b[?1049h\u001b[?25l\u001b[?1000h\u001b[?1006h\u001b[?2004h");
export const LEAVE = ours("\u001b[?2004l\u001b[?1006l\u001b[?1000l\u001b[?25h\u001b[?1049l");

/** Between these a terminal that knows them shows nothing, so that no half of a screen is seen; others ignore them. */
const BEGIN = ours("\u001b[?2026h");
const END = ours("\u001b[?2026l");
const CLEAR_ALL = ours("\u001b[2J");
const CLEAR_LINE = ours("\u001b[K");

const to = (line: number): string => ours(`\u001b[${line + 1};1H`);

/** `before`: what it shows; undefined: nobody knows. Empty where nothing has changed. */
export function drawn(before: readonly string[] | undefined, after: readonly string[]): string {
  const changed = after.flatMap((line, at) => (line === before?.[at] ? [] : [`${to(at)}${line}${CLEAR_LINE}`]));
  if (before !== undefined && changed.length === 0) return "";
  return `${BEGIN}${before === undefined ? CLEAR_ALL : ""}${changed.join("")}${END}`;
}
