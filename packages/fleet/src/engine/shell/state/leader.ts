/**
 * One supervisor per home. Its record is `.git/fleet/supervisor.<generation>`: which process it is, made exclusively.
 * A dead leader is followed by whoever makes the next generation; the newest record is never removed, so two starters
 * that both see a dead leader compete for the same name and one wins. Even two supervisors could not run a task twice,
 * because claiming is a swap; the record keeps the limits honest.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { decodeId, encodeId, type Fate, fateOf, ownId } from "@fleet/kit/process/id";
import { gitDirOf } from "@fleet/store/home";

import { list } from "../../../attempts/records/paths.ts";
import { type Clock } from "@fleet/kit/clock";
import { createExclusive, removeFile } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";

const schema = z.object({
  /** For people, and for a wrapper, which leaves its own supervisor alone. */
  pid: z.number(),
  /** Its identity, as kit/process/id encodes it. */
  process: z.string(),
  /** RFC 3339. */
  since: z.string(),
  version: z.string(),
  /** Where its attempts get cgroups, or why they get none. */
  cgroups: z.optional(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("area"), area: z.string() }),
      z.object({ kind: z.literal("none"), why: z.string() }),
    ]),
  ),
});
export type LeaderRecord = z.infer<typeof schema>;

const dirOf = (home: string): string => join(gitDirOf(home), "fleet");
const NAME = /^supervisor\.(\d+)$/;

function generations(home: string): number[] {
  return list(dirOf(home))
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function read(home: string, generation: number): LeaderRecord | undefined {
  const decoded = z.safeParse(schema, readJson(join(dirOf(home), `supervisor.${generation}`)));
  return decoded.success ? decoded.data : undefined;
}

function fate(record: LeaderRecord): Fate {
  const id = decodeId(record.process);
  return id === undefined ? "dead" : fateOf(id);
}

const lives = (record: LeaderRecord): boolean => fate(record) === "alive";

/** The supervisor that runs for this home now, if one does. */
export function leader(home: string): LeaderRecord | undefined {
  const [newest] = generations(home);
  const record = newest === undefined ? undefined : read(home, newest);
  return record !== undefined && lives(record) ? record : undefined;
}

export type Lead =
  /** `path`: the record's file. When it is gone, the home was deleted or replaced, and this is its supervisor no more. */
  | { readonly kind: "leading"; readonly record: LeaderRecord; readonly path: string }
  | { readonly kind: "other"; readonly record: LeaderRecord };

/** Becomes the supervisor, or names the one that is. */
export function lead(home: string, clock: Clock, who: Pick<LeaderRecord, "version" | "cgroups">): Lead {
  for (;;) {
    const [newest = 0] = generations(home);
    const current = newest === 0 ? undefined : read(home, newest);
    if (current !== undefined && lives(current)) return { kind: "other", record: current };
    const record: LeaderRecord = {
      pid: process.pid,
      process: encodeId(ownId()),
      since: new Date(clock.wall()).toISOString(),
      ...who,
    };
    const path = join(dirOf(home), `supervisor.${newest + 1}`);
    if (!createExclusive(path, `${JSON.stringify(record)}\n`)) continue;
    for (const old of generations(home)) if (old < newest + 1) removeFile(join(dirOf(home), `supervisor.${old}`));
    return { kind: "leading", record, path };
  }
}
