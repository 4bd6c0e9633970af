/** Making text short enough to keep: a line of a coder's log may be megabytes long. */

/** Characters of a model's words, an error or a result that are kept in an event; the log has the rest. */
export const TEXT_LIMIT = 16_384;
/** Characters kept of a line that was not understood. */
export const LINE_LIMIT = 300;

/** At most `limit` characters, the last of them "…" when something was cut; never half of a surrogate pair. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** White space of any kind becomes one blank. Only the start of a long text is looked at. */
export function oneLine(text: string): string {
  return text.slice(0, 2_000).replaceAll(/\s+/g, " ").trim();
}

/** The last line with something on it, or "". */
export function lastLine(text: string): string {
  return oneLine(text.trimEnd().split("\n").at(-1) ?? "");
}
