/** Text made short enough to keep, or to read: a line of a coder's log may be megabytes long. */

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

/** The first of a list, and how many more there are: for lines that people read. */
export function someOf(all: readonly string[], most: number): string {
  return all.length <= most ? all.join(", ") : `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
}
