/** Files that are taken whole: a side's where it alone changed it; of two changed settings the newer, of anything else ours. */
import type { TreeEntry } from "../git/tree.ts";

export interface Files {
  readonly base: readonly TreeEntry[];
  readonly ours: readonly TreeEntry[];
  readonly theirs: readonly TreeEntry[];
  /** Merged already. */
  readonly done: readonly TreeEntry[];
}

export interface MergedFiles {
  readonly entries: readonly TreeEntry[];
  readonly said: readonly string[];
}

/** The settings: a person edits them, so the later edit is what is wanted. */
const BY_AGE: ReadonlySet<string> = new Set(["config.yaml"]);

export function mergeFiles(files: Files, newer: (path: string) => "ours" | "theirs"): MergedFiles {
  const at = (entries: readonly TreeEntry[], name: string): TreeEntry | undefined =>
    entries.find((entry) => entry.name === name);
  const isSame = (a: TreeEntry | undefined, b: TreeEntry | undefined): boolean =>
    a?.oid === b?.oid && a?.mode === b?.mode;
  const entries = [...files.done];
  const said: string[] = [];
  for (const name of new Set([...files.ours, ...files.theirs].map((entry) => entry.name))) {
    const [was, a, b] = [at(files.base, name), at(files.ours, name), at(files.theirs, name)];
    let chosen = isSame(a, was) ? b : a;
    if (!isSame(a, b) && !isSame(a, was) && !isSame(b, was)) {
      const side = a === undefined ? "theirs" : b === undefined || !BY_AGE.has(name) ? "ours" : newer(name);
      chosen = side === "ours" ? a : b;
      const [stands, lost] = side === "ours" ? ["this home's", b] : ["the other home's", a];
      said.push(`${name} was changed on both sides: ${stands} stands; the other was ${lost?.oid ?? "removed"}`);
    }
    if (chosen !== undefined) entries.push(chosen);
  }
  return { entries, said };
}
