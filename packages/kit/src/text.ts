/** Text made short enough to keep, or to read: a line of a coder's log may be megabytes long. */

/** At most `limit` characters, the last of them "…" when something was cut; never half of a surrogate pair. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The end of a text, as `clip` has its beginning. */
export function clipStart(text: string, limit: number): string {
  return text.length <= limit ? text : `…${text.slice(1 - limit).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

const COLOUR = new RegExp(String.raw`\u001b\[[0-9;:]*m`, "g");

/** Without the colours that programs print: a reader of their words needs none of them. */
export const withoutColours = (text: string): string => text.replaceAll(COLOUR, "");

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

/**
 * What a reader could see. Not: white space, control characters, and what is drawn as nothing (zero-width spaces and joiners,
 * fillers, soft hyphens, the blank of braille, marks of annotations); nor the picture that `sound` makes of U+0000. Made when it is
 * asked for: half a millisecond for what most commands never ask.
 */
const visible = (): RegExp => /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2400\u2800\ufff9-\ufffb]/u;

/** True for a text that says nothing, however many characters it has. */
export const isBlank = (text: string): boolean => !/[!-~]/.test(text) && !visible().test(text);

/** Null for a text that says nothing: the JSON of views has no empty text for "there is none". */
export const orNull = (text: string): string | null => (isBlank(text) ? null : text);

/** As it may be kept: no half of a surrogate pair, which no JSON parser takes, and no U+0000, where C and git end a text. */
export const sound = (text: string): string => text.toWellFormed().replaceAll("\0", "\u2400");

export const isSound = (text: string): boolean => text.isWellFormed() && !text.includes("\0");
