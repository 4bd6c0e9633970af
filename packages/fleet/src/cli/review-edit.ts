/**
 * Reads a diff that a person has annotated in an editor: lines that begin with `>` are remarks on the line above; before the first
 * file they are remarks on the whole. No line of a diff begins with `>`. Pure.
 */
import { unquoted } from "@fleet/kit/git/quoted";

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

interface At {
  /** Empty before the first file. */
  path: string;
  /** Position in the current hunk: the number of the next line in the changed file, and how many lines are left. */
  hunk: { next: number; left: number } | undefined;
  /** The last such line of this hunk. */
  last: { readonly line: number; readonly text: string } | undefined;
}

export function written(text: string): Written {
  const words: string[] = [];
  const remarks: OnLine[] = [];
  const at: At = { path: "", hunk: undefined, last: undefined };
  let said: string[] = [];
  const ofWhole = (all: string): void => {
    if (all !== "") words.push(at.path === "" ? all : `${nameable(at.path) ?? JSON.stringify(at.path)}: ${all}`);
  };
  /** Remarks above the first remaining line of a file belong to that line. */
  const keep = (): void => {
    const all = said.join("\n").trim();
    const path = nameable(at.path);
    if (all !== "" && path !== undefined && at.hunk !== undefined) {
      if (at.last === undefined) return;
      remarks.push({ path, line: at.last.line, text: at.last.text, words: all });
    } else ofWhole(all);
    said = [];
  };
  const leave = (): void => {
    keep();
    ofWhole(said.join("\n").trim());
    said = [];
  };
  for (const line of text.split("\n")) {
    if (line.startsWith(">")) said.push(line.slice(1).replace(/^ /, ""));
    else if (/^(diff --git |@@ )/.test(line)) {
      leave();
      follow(at, line);
    } else {
      // Remarks that waited for a line belong to this one.
      const waits = at.hunk !== undefined && at.last === undefined;
      if (!waits) keep();
      follow(at, line);
      if (waits) keep();
    }
  }
  leave();
  return { words: words.join("\n\n"), remarks };
}

/** A remark names its file in one line. */
const nameable = (path: string): string | undefined => (path === "" || /[\r\n]/.test(path) ? undefined : path);

function follow(at: At, line: string): void {
  const git = /^diff --git (.*)$/.exec(line)?.[1];
  if (git !== undefined) {
    Object.assign(at, { path: pathIn(git), hunk: undefined, last: undefined });
    return;
  }
  const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line);
  if (hunk !== null) {
    at.hunk = { next: Number(hunk[1]), left: Number(hunk[2] ?? 1) };
    at.last = undefined;
    return;
  }
  if (at.hunk === undefined) {
    const named = /^(?:rename to |copy to |(?:---|\+\+\+) (?="?[ab]\/))(.*?)\t?$/.exec(line);
    if (named !== null) at.path = unquoted(named[1] ?? "").replace(/^(?:---|\+\+\+)/.test(line) ? /^[ab]\// : "", "");
    return;
  }
  // Editors strip trailing blanks, so an empty context line has lost its leading space.
  if (at.hunk.left > 0 && (/^[+ ]/.test(line) || line === "")) {
    at.last = { line: at.hunk.next++, text: line.slice(1) };
    at.hunk.left--;
  }
}

/** `a/x b/x`: a file without hunks is named only here. */
function pathIn(names: string): string {
  const [, quoted] = / ("b\/(?:[^"\\]|\\.)*")$/.exec(names) ?? [];
  if (quoted !== undefined) return unquoted(quoted).slice(2);
  return names.slice((names.length + 1) / 2).replace(/^b\//, "");
}
