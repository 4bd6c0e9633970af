/** The branch's tip, read from its file so that a read starts no git. */
import { join } from "node:path";

import { MIB, readText } from "@fleet/kit/read";

export const BRANCH = "refs/heads/main";
const OID = /^[0-9a-f]{40}$/;

/** A person may keep many refs in the home. */
const PACKED_REFS = 64 * MIB;

function packedTip(gitDir: string): string | undefined {
  for (const line of readText(join(gitDir, "packed-refs"), { most: PACKED_REFS })?.split("\n") ?? []) {
    if (line.endsWith(` ${BRANCH}`)) return line.slice(0, 40);
  }
  return undefined;
}

/** The commit the branch is at, or undefined when there is no such branch. HEAD is not asked: a person may have moved it. */
export function readTip(gitDir: string): string | undefined {
  const loose = (): string | undefined => readText(join(gitDir, BRANCH))?.trim();
  // `git pack-refs` writes packed-refs first and removes the loose file then; looking loose, packed, loose sees one of them.
  const tip = loose() ?? packedTip(gitDir) ?? loose();
  return tip !== undefined && OID.test(tip) ? tip : undefined;
}
