/** The branch's tip, read from its file so that a read starts no git. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { diskTrouble, errno } from "../errors.ts";

export const BRANCH = "refs/heads/main";
const OID = /^[0-9a-f]{40}$/;

function slurp(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return undefined;
    throw diskTrouble(error, path);
  }
}

function packedTip(gitDir: string): string | undefined {
  for (const line of slurp(join(gitDir, "packed-refs"))?.split("\n") ?? []) {
    if (line.endsWith(` ${BRANCH}`)) return line.slice(0, 40);
  }
  return undefined;
}

/** The commit the branch is at, or undefined when there is no such branch. HEAD is not asked: a person may have moved it. */
export function readTip(gitDir: string): string | undefined {
  const loose = (): string | undefined => slurp(join(gitDir, BRANCH))?.trim();
  // `git pack-refs` writes packed-refs first and removes the loose file then; looking loose, packed, loose sees one of them.
  const tip = loose() ?? packedTip(gitDir) ?? loose();
  return tip !== undefined && OID.test(tip) ? tip : undefined;
}
