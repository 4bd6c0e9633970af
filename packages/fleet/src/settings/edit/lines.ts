/** The lines of a YAML file in block form: which of them a key and its value take. Pure. */
import { load } from "js-yaml";

export interface Entry {
  readonly key: string;
  /** As it is written. */
  readonly word: string;
  readonly indent: number;
  /** The line of the key, and the one behind the last of its value. */
  readonly from: number;
  readonly to: number;
  /** What stands behind the colon. */
  readonly rest: string;
}

const isRemark = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);
const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;

const KEY = /^( *)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#[\]{}&*!|>%@`,-].*?)\s*:(?=\s|$)(.*)$/;

/** The keys of the map that is written between these lines, in its own column; nothing where it is written otherwise. */
export function entriesIn(lines: readonly string[], from: number, to: number): Entry[] {
  const entries: Entry[] = [];
  let column: number | undefined;
  for (let at = from; at < to; at++) {
    const line = lines[at] ?? "";
    if (isRemark(line) || (column === undefined && /^(?:---|%)/.test(line))) continue;
    const [, pad = "", word = "", rest = ""] = KEY.exec(line) ?? [];
    column ??= indentOf(line);
    if (word === "" || pad.length !== column) return [];
    const end = endOf(lines, at, to, column, rest);
    entries.push({ key: String(load(word)), word, indent: column, from: at, to: end, rest });
    at = end - 1;
  }
  return entries;
}

/** Behind the last line of a value; remarks below it belong to what follows. */
function endOf(lines: readonly string[], at: number, to: number, column: number, rest: string): number {
  const mayBeList = isRemark(rest);
  let end = at + 1;
  for (let next = at + 1; next < to; next++) {
    const line = lines[next] ?? "";
    if (isRemark(line)) continue;
    const isItem = mayBeList && indentOf(line) === column && /^\s*-(?:\s|$)/.test(line);
    if (indentOf(line) <= column && !isItem) break;
    end = next + 1;
  }
  return end;
}

/** The remark at the end of a line, with what is before it; what stands in quotes is none. */
export function remarkIn(line: string): string {
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? "";
    if (quote !== "") {
      if (sign === "\\" && quote === '"') at++;
      else if (sign === quote) quote = "";
    } else if (sign === "#" && (at === 0 || /\s/.test(line[at - 1] ?? ""))) return line.slice(at);
    else if ((sign === '"' || sign === "'") && /[\s[{,:]|^$/.test(line[at - 1] ?? "")) quote = sign;
  }
  return "";
}
