/**
 * A diff that a person has opened in an editor and written into: lines that begin with `>` are remarks on the line above them, and
 * those in front of the first file are said of all of it. No line of a diff begins so. Pure.
 */
import type { OnLine } from "../app/operations/remark.ts";

export interface Written {
  readonly words: string;
  readonly remarks: readonly OnLine[];
}

const HELP = `# Lines that you begin with > become remarks on the line above them; in front of the first file they are said of the
# whole. Lines with # at the top are left out. To say nothing, close the editor without a change.
`;

export const toEdit = (about: string, diff: string): string =>
  `${about
    .split("\n")
    .map((line) => `# ${line}`.trimEnd())
    .join("\n")}\n${HELP}\n${diff}`;

/** What a diff says of where it is: the file as it is after the change, and the number of its next line. */
interface At {
  path: string;
  next: number;
  /** The line that was shown last of the file as it is now. */
  last: { readonly line: number; readonly text: string } | undefined;
}

export function written(text: string): Written {
  const words: string[] = [];
  const remarks: OnLine[] = [];
  const at: At = { path: "", next: 0, last: undefined };
  let said: string[] = [];
  const keep = (): void => {
    const all = said.join("\n").trim();
    said = [];
    if (all === "") return;
    if (at.path === "" || at.last === undefined) words.push(at.path === "" ? all : `${at.path}: ${all}`);
    else remarks.push({ path: at.path, line: at.last.line, text: at.last.text, words: all });
  };
  for (const line of text.split("\n")) {
    if (line.startsWith(">")) {
      said.push(line.slice(1).replace(/^ /, ""));
      continue;
    }
    keep();
    follow(at, line);
  }
  keep();
  return { words: words.join("\n\n"), remarks };
}

function follow(at: At, line: string): void {
  if (line.startsWith("diff --git ")) {
    Object.assign(at, { path: "", next: 0, last: undefined });
    return;
  }
  const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
  if (hunk !== null) {
    at.next = Number(hunk[1]);
    return;
  }
  if (at.next === 0) {
    const file = /^(?:---|\+\+\+) (?:"?[ab]\/)(.*?)"?\t?$/.exec(line)?.[1];
    if (file !== undefined) at.path = file;
    return;
  }
  if (line.startsWith("+") || line.startsWith(" ")) at.last = { line: at.next++, text: line.slice(1) };
}
