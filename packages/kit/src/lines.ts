/**
 * JSON lines: one value a line, appended by processes that may be killed in the middle of one. A torn line is no line: the
 * reader skips it, and the next writer ends it first, so that its own is not lost with it.
 */
import { appendText } from "./in-place.ts";
import { type Decoder, parseJson } from "./json.ts";
import { readEnd, type Reading, readText } from "./read.ts";

/** Bytes; a longer line is skipped. */
const MAX_LINE = 1024 * 1024;

/** The values of these lines, in order; what is no JSON, too deep or too long is skipped. */
export function jsonLines(text: string): unknown[] {
  return text.split("\n").flatMap((line) => {
    if (line === "" || line.length > MAX_LINE) return [];
    const value = parseJson(line);
    return value === undefined ? [] : [value];
  });
}

/** The values that fit; none where there is no file. Throws where the file can't be read. */
export function readJsonLines<T>(path: string, schema: Decoder<T>, reading: Reading = {}): T[] {
  return jsonLines(readText(path, reading) ?? "").flatMap((value) => {
    const decoded = schema.safeParse(value);
    return decoded.success ? [decoded.data] : [];
  });
}

/** Ends the last line of a file, where a crash cut it short; how many bytes that took. */
export function endTornLine(path: string): number {
  const end = readEnd(path, 1);
  if (end === undefined || end === "" || end === "\n") return 0;
  appendText(path, "\n");
  return 1;
}

/** Appends whole lines (each with its line end), behind whatever is there; how many bytes were added before them. */
export function appendLines(path: string, lines: string): number {
  const added = endTornLine(path);
  appendText(path, lines);
  return added;
}

export const appendJsonLine = (path: string, value: unknown): void => {
  appendLines(path, `${JSON.stringify(value)}\n`);
};
