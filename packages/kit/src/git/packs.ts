/** The packs of a repository, linked into another on the same disk: so that it costs no room and no time. */
import { linkSync } from "node:fs";
import { join } from "node:path";

import { errno } from "../errors.ts";
import { list } from "../list.ts";

/** In this order: git takes a pack for there once its index is. */
const PARTS = [".pack", ".rev", ".idx"];
const NEEDED = new Set([".pack", ".idx"]);

const PACK = /^(pack-[0-9a-f]{40,64})\.pack$/;

/**
 * How many were linked. What the disk does not link (another file system, no hard links, somebody else's file) is left out: a
 * fetch copies it. A linked pack is the same file in both: never write into it.
 */
export function linkPacks(from: string, to: string): number {
  let linked = 0;
  for (const name of list(from)) {
    const base = PACK.exec(name)?.[1];
    if (base === undefined) continue;
    const isLinked = PARTS.every(
      (part) => linkPart(join(from, base + part), join(to, base + part)) || !NEEDED.has(part),
    );
    if (isLinked) linked++;
  }
  return linked;
}

const NO_LINK = new Set(["ENOENT", "EXDEV", "EPERM", "EACCES", "EMLINK", "ENOTSUP", "ENOSYS"]);

function linkPart(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const code = errno(error) ?? "";
    if (code === "EEXIST") return true;
    if (NO_LINK.has(code)) return false;
    throw error;
  }
}
