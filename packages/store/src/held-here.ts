/**
 * Issues that a sync brought and that nobody at this home has trusted yet: a file each in `.git/fleet/untrusted/`. Beside the
 * branch, not in it: whom a home trusts is its own matter, and what stands in the branch a partner of a sync can write.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { diskTrouble, errno } from "@fleet/kit/errors";
import { crypto } from "@fleet/kit/node";
import { readText } from "@fleet/kit/read";
import { decodeHold, type Hold } from "./hold.ts";

export const directory = (gitDir: string): string => join(gitDir, "fleet", "untrusted");

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

export function names(gitDir: string): string[] {
  try {
    return readdirSync(directory(gitDir));
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw diskTrouble(error, directory(gitDir));
  }
}

export const fileOf = (gitDir: string, id: string): string => join(directory(gitDir), nameOf(id));

export const holdHere = (gitDir: string, id: string): Hold | undefined => holdIn(fileOf(gitDir, id));

export function holdIn(path: string): Hold | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return decodeHold(JSON.parse(text));
  } catch {
    return { kind: "unknown" };
  }
}
