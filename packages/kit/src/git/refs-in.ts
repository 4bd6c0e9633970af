/**
 * The refs of a git directory, read from its files: git itself would read the configuration there, which may be an agent's. Loose
 * ones hold before packed ones, as for git.
 */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

import { errno } from "../errors.ts";
import { MIB, readText } from "../read.ts";
import { isOid } from "./oid.ts";
import { parsePacked, type Ref } from "./refs.ts";

/** A million of them are 60 MB. */
const MOST = 128 * MIB;
/** No ref is nested deeper, so that a directory that leads into itself ends. */
const DEEPEST = 40;

/** `below`: of the git directory. What is no commit's name there (a symbolic ref, half of a file) is left out. */
export function refsIn(gitDir: string, below = "refs"): Ref[] {
  const found = new Map<string, string>();
  const packed = readText(join(gitDir, "packed-refs"), { most: MOST });
  for (const { name, oid } of parsePacked(packed ?? "")) if (name.startsWith(`${below}/`)) found.set(name, oid);
  collect(gitDir, below, found, 0);
  return [...found].map(([name, oid]) => ({ name, oid }));
}

function collect(gitDir: string, below: string, found: Map<string, string>, depth: number): void {
  if (depth > DEEPEST) return;
  for (const entry of entriesIn(join(gitDir, below))) {
    const name = `${below}/${entry.name}`;
    if (entry.isDirectory()) collect(gitDir, name, found, depth + 1);
    else if (entry.isFile() && !entry.name.endsWith(".lock")) {
      const oid = (readText(join(gitDir, name)) ?? "").trim();
      if (isOid(oid)) found.set(name, oid);
    }
  }
}

function entriesIn(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    throw error;
  }
}
