/**
 * Issues that a sync brought and that nobody at this home has trusted yet: a file each in `.git/fleet/untrusted/`. Beside the
 * branch, not in it: whom a home trusts is its own matter, and what stands in the branch a partner of a sync can write.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { diskTrouble, errno } from "@fleet/kit/errors";
import { removeFile, replaceFile } from "@fleet/kit/files";
import { crypto } from "@fleet/kit/node";
import { readText } from "@fleet/kit/read";
import { decodeHold, type Hold, type Untrusted } from "./hold.ts";

const directory = (gitDir: string): string => join(gitDir, "fleet", "untrusted");

/** A long id would be no file's name. */
const nameOf = (id: string): string =>
  id.length <= 120 ? `id-${id}` : `sha-${crypto().createHash("sha256").update(id).digest("hex")}`;

export interface HeldHere {
  readonly size: number;
  readonly has: (id: string) => boolean;
  /** Why; read when it is asked for. */
  readonly hold: (id: string) => Hold | undefined;
}

const NONE: HeldHere = { size: 0, has: () => false, hold: () => undefined };

/** One look at a directory: cheap enough for every `ready`. What can't be read is no trust: it throws. */
export function heldHere(gitDir: string): HeldHere {
  const known = new Set(names(gitDir));
  if (known.size === 0) return NONE;
  const has = (id: string): boolean => known.has(nameOf(id));
  return { size: known.size, has, hold: (id) => (has(id) ? (holdHere(gitDir, id) ?? { kind: "unknown" }) : undefined) };
}

function names(gitDir: string): string[] {
  try {
    return readdirSync(directory(gitDir));
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw diskTrouble(error, directory(gitDir));
  }
}

export const holdHere = (gitDir: string, id: string): Hold | undefined => holdIn(join(directory(gitDir), nameOf(id)));

function holdIn(path: string): Hold | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return decodeHold(JSON.parse(text));
  } catch {
    return { kind: "unknown" };
  }
}

/**
 * Written before the branch moves to what they are about: a crash in between holds too much, never too little. One that is
 * there from somebody else stays, so that to trust the one is not to trust the other.
 */
export function putHere(gitDir: string, id: string, hold: Untrusted): void {
  const known = holdHere(gitDir, id);
  const isOthers = known !== undefined && (known.kind !== "untrusted" || known.from !== hold.from);
  const from = isOthers ? `${known.kind === "untrusted" ? known.from : "?"}, ${hold.from}` : hold.from;
  const text = `${JSON.stringify({ ...hold, from: from.slice(0, 1000) })}\n`;
  replaceFile(join(directory(gitDir), nameOf(id)), text, { sync: false });
}

/** An issue that gets another id stays held; called before it is written under that. */
export function followHere(gitDir: string, ids: ReadonlyMap<string, string>): void {
  const held = heldHere(gitDir);
  if (held.size === 0) return;
  for (const [from, to] of ids) {
    const hold = held.has(from) ? holdHere(gitDir, from) : undefined;
    if (hold !== undefined) replaceFile(join(directory(gitDir), nameOf(to)), `${JSON.stringify(hold)}\n`);
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
export const releaseHere = (gitDir: string, id: string): void => removeFile(join(directory(gitDir), nameOf(id)));
