/** The files of an attempt's evidence: created exclusively, so that a second supervisor reads the first one's observation. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { MIB } from "@fleet/kit/read";
import { appendLines, readJsonLines } from "@fleet/kit/lines";

import * as z from "zod/mini";

import { createExclusive, ensureDir } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { FILES } from "../records/files.ts";
import { basesDir } from "../records/paths.ts";
import { type Listing, listing } from "./listing.ts";

/** Bytes: 20 000 files are some three megabytes. */
const MOST = 32 * MIB;

const read = (dir: string, name: string): Listing | undefined => readJsonAs(join(dir, name), listing, { most: MOST });

export const readBefore = (dir: string): Listing | undefined => read(dir, FILES.before);
export const readAfter = (dir: string): Listing | undefined => read(dir, FILES.after);
export const hasAfter = (dir: string): boolean => existsSync(join(dir, FILES.after));
export const writeBefore = (dir: string, seen: Listing): boolean =>
  createExclusive(join(dir, FILES.before), JSON.stringify(seen));
export const writeAfter = (dir: string, seen: Listing): boolean =>
  createExclusive(join(dir, FILES.after), JSON.stringify(seen));

export const readSince = (dir: string): Listing | undefined => read(dir, FILES.since);
export const writeSince = (dir: string, seen: Listing): boolean =>
  createExclusive(join(dir, FILES.since), JSON.stringify(seen));

/** Where the work of a task began, by the attempt that its queue names for it: seen once, kept beside its attempts. */
export const readBase = (home: string, task: string, uuid: string): Listing | undefined =>
  read(basesDir(home, task), `${uuid}.json`);

export function writeBase(home: string, task: string, uuid: string, seen: Listing): void {
  const dir = basesDir(home, task);
  ensureDir(dir, 0o700);
  createExclusive(join(dir, `${uuid}.json`), JSON.stringify(seen));
}

/** After its checks, which may have changed something themselves. */
export const readChecked = (dir: string): Listing | undefined => read(dir, FILES.checked);
export const hasChecked = (dir: string): boolean => existsSync(join(dir, FILES.checked));
export const writeChecked = (dir: string, seen: Listing): boolean =>
  createExclusive(join(dir, FILES.checked), JSON.stringify(seen));

const overlap = z.object({ task: z.string(), n: z.number(), uuid: z.string(), at: z.number() });
/** Another attempt in the same place; `at`: wall time at which the later of the two began. */
export type Overlap = z.infer<typeof overlap>;

/** Said to both, before the later one starts. */
export function noteOverlaps(dir: string, others: readonly Overlap[]): void {
  if (others.length === 0) return;
  ensureDir(dir, 0o700);
  appendLines(join(dir, FILES.overlaps), others.map((other) => `${JSON.stringify(other)}\n`).join(""));
}

export function readOverlaps(dir: string): Overlap[] {
  const found = new Map<string, Overlap>();
  // A file truncated by a crash is written again, since its writer starts over.
  for (const one of readJsonLines(join(dir, FILES.overlaps), overlap))
    if (!found.has(one.uuid)) found.set(one.uuid, one);
  return [...found.values()];
}
