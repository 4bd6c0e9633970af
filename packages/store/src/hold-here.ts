/** Issues held at this home, and released from that: what held-here.ts reads. */
import { join } from "node:path";

import { removeFile, replaceFile } from "@fleet/kit/files";
import { directory, fileOf, heldHere, holdHere, holdIn, names } from "./held-here.ts";
import type { Untrusted } from "./hold.ts";

/**
 * Written before the branch moves to what they are about: a crash in between holds too much, never too little. One that is
 * there from somebody else stays, so that to trust the one is not to trust the other.
 */
export function putHere(gitDir: string, id: string, hold: Untrusted): void {
  const known = holdHere(gitDir, id);
  const isOthers = known !== undefined && (known.kind !== "untrusted" || known.from !== hold.from);
  const from = isOthers ? `${known.kind === "untrusted" ? known.from : "?"}, ${hold.from}` : hold.from;
  const text = `${JSON.stringify({ ...hold, from: from.slice(0, 1000) })}\n`;
  replaceFile(fileOf(gitDir, id), text, { sync: false });
}

/** An issue that gets another id stays held; called before it is written under that. */
export function followHere(gitDir: string, ids: ReadonlyMap<string, string>): void {
  const held = heldHere(gitDir);
  if (held.size === 0) return;
  for (const [from, to] of ids) {
    const hold = held.has(from) ? holdHere(gitDir, from) : undefined;
    if (hold !== undefined) replaceFile(fileOf(gitDir, to), `${JSON.stringify(hold)}\n`);
  }
}

/** How many there were that came from this remote alone; they go. */
export function releaseFrom(gitDir: string, from: string): number {
  let gone = 0;
  for (const name of names(gitDir)) {
    const path = join(directory(gitDir), name);
    const hold = holdIn(path);
    if (hold?.kind !== "untrusted" || hold.from !== from) continue;
    removeFile(path);
    gone++;
  }
  return gone;
}

/** After the branch has moved to what a person has said. */
export const releaseHere = (gitDir: string, id: string): void => removeFile(fileOf(gitDir, id));
