/** The files of an attempt's evidence: made once each, so that whoever comes second finds what the first one saw. */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { createExclusive } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";
import { readText } from "@fleet/kit/read";
import { type Listing, listing } from "./listing.ts";

const BEFORE = "before.json";
const AFTER = "after.json";
const OVERLAPS = "overlaps.jsonl";

function read(dir: string, name: string): Listing | undefined {
  const decoded = z.safeParse(listing, readJson(join(dir, name)));
  return decoded.success ? decoded.data : undefined;
}

export const readBefore = (dir: string): Listing | undefined => read(dir, BEFORE);
export const readAfter = (dir: string): Listing | undefined => read(dir, AFTER);
export const writeBefore = (dir: string, seen: Listing): boolean =>
  createExclusive(join(dir, BEFORE), JSON.stringify(seen));
export const writeAfter = (dir: string, seen: Listing): boolean =>
  createExclusive(join(dir, AFTER), JSON.stringify(seen));

const overlap = z.object({ task: z.string(), n: z.number(), uuid: z.string(), at: z.number() });
/** Another attempt in the same place; `at`: wall time at which the later of the two began. */
export type Overlap = z.infer<typeof overlap>;

/** Said to both, before the later one starts. */
export function noteOverlap(dir: string, other: Overlap): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  appendFileSync(join(dir, OVERLAPS), `${JSON.stringify(other)}\n`, { mode: 0o600 });
}

export function readOverlaps(dir: string): Overlap[] {
  const found = new Map<string, Overlap>();
  for (const line of (readText(join(dir, OVERLAPS)) ?? "").split("\n")) {
    if (line === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      // Cut short by a crash: whoever wrote it starts again, and writes it again.
      continue;
    }
    const decoded = z.safeParse(overlap, value);
    if (decoded.success && !found.has(decoded.data.uuid)) found.set(decoded.data.uuid, decoded.data);
  }
  return [...found.values()];
}
