/** The bytes that turn one screen into another. Pure. */
import { ours } from "@fleet/kit/printable";

/** Enters and leaves: alternate screen, hidden cursor, mouse clicks, bracketed paste. */
export const ENTER = ours("\u001b[?1049h\u001b[?25l\u001b[?1000h\u001b[?1006h\u001b[?2004h");
export const LEAVE = ours("\u001b[?2004l\u001b[?1006l\u001b[?1000l\u001b[?25h\u001b[?1049l");

/** Synchronized output: the terminal shows nothing in between, so that no half-drawn screen is seen; others ignore it. */
const BEGIN = ours("\u001b[?2026h");
const END = ours("\u001b[?2026l");
const CLEAR_ALL = ours("\u001b[2J");
const CLEAR_LINE = ours("\u001b[K");

const to = (line: number): string => ours(`\u001b[${line + 1};1H`);

/** `before`: the current screen; undefined: unknown. Empty if nothing changed. */
export function drawn(before: readonly string[] | undefined, after: readonly string[]): string {
  const changed = after.flatMap((line, at) => (line === before?.[at] ? [] : [`${to(at)}${line}${CLEAR_LINE}`]));
  if (before !== undefined && changed.length === 0) return "";
  return `${BEGIN}${before === undefined ? CLEAR_ALL : ""}${changed.join("")}${END}`;
}
