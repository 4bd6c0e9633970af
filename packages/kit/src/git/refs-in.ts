/**
 * The refs of a git directory, read from its files: git itself would read the configuration there, which may be an agent's. Loose
 * ones hold before packed ones, as for git.
 */
import { type Dirent, existsSync } from "node:fs";
import { join } from "node:path";

import { ifReadable, refusal } from "../errors.ts";
import { listEntries } from "../list.ts";
import { linkText, MIB, readBounded } from "../read.ts";
import { refusedByMachine } from "../shortage.ts";
import { isOid } from "./oid.ts";
import { parsePacked, type Ref } from "./refs.ts";

export interface RefsSeen {
  readonly refs: readonly Ref[];
  /** Where something stands that could not be read, in words: what it leads to is unknown, which is not nothing. */
  readonly unread: readonly string[];
}

/** A million of them are 60 MB. */
const MOST = 128 * MIB;
/** No ref is nested deeper, so that a directory that leads into itself ends. */
const DEEPEST = 40;

/** `below`: of the git directory. A symbolic ref is none of them: what it stands for is. */
export function seenRefs(gitDir: string, below = "refs"): RefsSeen {
  // In files of that format there is one file in the place of all branches.
  if (existsSync(join(gitDir, "reftable", "tables.list")))
    return { refs: [], unread: ["all refs (they are kept as reftables, which are not read)"] };
  const found = new Map<string, string>();
  const unread: string[] = [];
  const packed = readBounded(join(gitDir, "packed-refs"), { most: MOST });
  if (packed.kind === "unreadable") unread.push(`packed-refs (${packed.why})`);
  for (const { name, oid } of parsePacked(packed.kind === "text" ? packed.text : ""))
    if (name.startsWith(`${below}/`)) found.set(name, oid);
  collect({ gitDir, found, unread }, below, 0);
  return { refs: [...found].map(([name, oid]) => ({ name, oid })), unread };
}

/** The readable refs, for questions about a single one. */
export const refsIn = (gitDir: string, below?: string): readonly Ref[] => seenRefs(gitDir, below).refs;

interface Into {
  readonly gitDir: string;
  readonly found: Map<string, string>;
  readonly unread: string[];
}

function collect(into: Into, below: string, depth: number): void {
  if (depth > DEEPEST) return void into.unread.push(`${below} (it is nested too deep)`);
  for (const entry of entriesIn(into, below)) {
    const name = `${below}/${entry.name}`;
    if (entry.isDirectory()) collect(into, name, depth + 1);
    else if (!entry.name.endsWith(".lock")) one(into, name);
  }
}

function one({ gitDir, found, unread }: Into, name: string): void {
  const read = readBounded(join(gitDir, name));
  if (read.kind === "absent") return;
  if (read.kind === "unreadable") {
    // As git made symbolic refs long ago.
    if (ifReadable(() => linkText(join(gitDir, name)))?.startsWith("refs/") !== true)
      unread.push(`${name} (${read.why})`);
    return;
  }
  const [oid = ""] = read.text.split(/\s/, 1);
  if (isOid(oid)) found.set(name, oid);
  else if (!read.text.startsWith("ref:")) unread.push(`${name} (it names no commit)`);
}

function entriesIn({ gitDir, unread }: Into, below: string): Dirent[] {
  try {
    return listEntries(join(gitDir, below));
  } catch (error) {
    const why = refusal(error);
    if (why === undefined || refusedByMachine(error) !== undefined) throw error;
    unread.push(`${below} (${why})`);
    return [];
  }
}
