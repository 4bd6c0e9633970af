/**
 * Text as a terminal may have it. What agents, imports and programs wrote is shown as it is but for what would drive the terminal:
 * control characters (but line end and tab) stand as pictures (␛), those that turn the direction of text as �.
 */

/** C0 but tab and line end, DEL, C1; embeddings, overrides and isolates of direction. */
const DRIVES = String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]`;
const SUSPECT = new RegExp(DRIVES);

/** Our own sequences stand between marks that text from elsewhere can't know: made anew in each process. */
const MARK = `\u0000${Math.random().toString(36).slice(2)}`;
const ALL = new RegExp(String.raw`${MARK}\[([?0-9;]*[A-Za-z])|(\r(?=\n))|${DRIVES}`, "g");

/** A sequence of fleet's own (`ESC [ …`), which `printable` lets through. */
export const ours = (sequence: string): string => sequence.replaceAll("\u001b", MARK);

const picture = (char: string): string => {
  const code = char.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "␡" : "�";
};

export const printable = (text: string): string =>
  SUSPECT.test(text)
    ? text.replaceAll(ALL, (char, own?: string, lineEnd?: string) =>
        own === undefined ? (lineEnd ?? picture(char)) : `\u001b[${own}`,
      )
    : text;

/** On one line, and with no gap of its own: a name (a directory's) may hold a line end or a tab, which would forge a row. */
const oneLine = (text: string): string => text.replaceAll(/[\t\n\r]/g, picture);

/** On one line, as a terminal may have it. Not for text that is coloured already: what comes after takes our sequences for others'. */
export const printableLine = (text: string): string => printable(oneLine(text));

/** JSON in which these characters stand as `\uXXXX`: the same values, whatever shows it. They occur in strings only. */
export const printableJson = (json: string): string =>
  /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(json)
    ? json.replaceAll(
        /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    : json;
