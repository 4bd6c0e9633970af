/**
 * Attempts of which nothing lived any more when a supervisor said so: what stands in their directories since then is the
 * supervisor's. An empty file each in `.git/fleet/sealed/`, outside of what an attempt is told of, from that moment until its
 * verdict is in the store. So the next supervisor knows evidence and verdict of one that was killed from what an agent wrote there.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { gitDirOf } from "@fleet/store/home";
import { createExclusive, removeFile } from "@fleet/kit/files";

import { list } from "@fleet/kit/list";

const dirOf = (home: string): string => join(gitDirOf(home), "fleet", "sealed");

export const isSealed = (home: string, uuid: string): boolean => existsSync(join(dirOf(home), uuid));

/** A home that is being deleted is not made again. */
export function seal(home: string, uuid: string): void {
  if (existsSync(gitDirOf(home))) createExclusive(join(dirOf(home), uuid), "");
}

export const unseal = (home: string, uuid: string): void => removeFile(join(dirOf(home), uuid));

/** For attempts that are no longer watched. */
export function tidySeals(home: string, held: ReadonlySet<string>): void {
  for (const uuid of list(dirOf(home))) if (!held.has(uuid)) unseal(home, uuid);
}
