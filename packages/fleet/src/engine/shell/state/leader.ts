/**
 * One supervisor per home. Its record is `.git/fleet/supervisor.<generation>`: which process it is, made exclusively.
 * A dead leader is followed by the process that creates the next generation; the newest record is never removed, so two starters
 * that both see a dead leader compete for the same name and one wins. Even two supervisors could not run a task twice,
 * because claiming is a swap; the record keeps the limits honest.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { decodeId, encodeId, type Fate, fateOf, ownId, placeText } from "@fleet/kit/process/id";
import { gitDirOf } from "@fleet/store/home";

import { list } from "@fleet/kit/list";
import { bootId, type Clock } from "@fleet/kit/clock";
import { createExclusive, removeFile, replaceFile } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";

import { isDeclaredGone } from "./gone-places.ts";

const cgroups = z.optional(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("area"), area: z.string() }),
    z.object({ kind: z.literal("none"), why: z.string() }),
  ]),
);
const schema = z.object({
  /** For people, and for a wrapper, which leaves its own supervisor alone. */
  pid: z.number(),
  /** Its identity, as kit/process/id encodes it. */
  process: z.string(),
  /** RFC 3339. */
  since: z.string(),
  version: z.string(),
  /** Where its attempts get cgroups, or why they get none. */
  cgroups,
  /** RFC 3339: when it left of its own accord, which holds wherever it was. */
  ended: z.optional(z.string()),
});
export type LeaderRecord = z.infer<typeof schema>;

/** As it was written before places were: pid, start and boot, by this machine. */
const former = z.object({
  pid: z.number(),
  start: z.string(),
  boot: z.string(),
  since: z.string(),
  version: z.string(),
  cgroups,
});

const dirOf = (home: string): string => join(gitDirOf(home), "fleet");
const NAME = /^supervisor\.(\d+)$/;

function generations(home: string): number[] {
  return list(dirOf(home))
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function read(home: string, generation: number): LeaderRecord | undefined {
  const value = readJson(join(dirOf(home), `supervisor.${generation}`));
  const decoded = z.safeParse(schema, value);
  return decoded.success ? decoded.data : readFormer(value);
}

function readFormer(value: unknown): LeaderRecord | undefined {
  const decoded = z.safeParse(former, value);
  if (!decoded.success) return undefined;
  const { start, boot, ...known } = decoded.data;
  const { pid, since } = known;
  const process = encodeId({ pid, start, place: ownId().place });
  return { ...known, process, ...(boot === bootId() ? {} : { ended: since }) };
}

function fate(home: string, record: LeaderRecord): Fate {
  if (record.ended !== undefined) return "dead";
  const id = decodeId(record.process);
  const known = id === undefined ? "unknown" : fateOf(id);
  return known === "unknown" && isDeclaredGone(home, placeOf(record), Date.parse(record.since)) ? "dead" : known;
}

/** Its process, which lives on for a moment after it has put its record away. */
export function isAliveStill({ process }: LeaderRecord): boolean {
  const id = decodeId(process);
  return id !== undefined && fateOf(id) === "alive";
}

export type Leader =
  /** None runs, for sure. */
  | { readonly kind: "none" }
  | { readonly kind: "here"; readonly record: LeaderRecord }
  /** It runs in another PID namespace or on another machine, or the system does not tell. `where`: in words. */
  | { readonly kind: "unknown"; readonly record: LeaderRecord; readonly where: string };

const asLeader = (home: string, record: LeaderRecord): Leader => {
  switch (fate(home, record)) {
    case "dead":
      return { kind: "none" };
    case "alive":
      return { kind: "here", record };
    case "unknown":
      return { kind: "unknown", record, where: placeText(placeOf(record)) };
  }
};

/** For an identity in an unknown format, all of it is the place. */
export const placeOf = ({ process }: LeaderRecord): string => decodeId(process)?.place ?? process;

/** The supervisor of this home now, as far as can be known from here. */
export function leaderOf(home: string): Leader {
  const [newest] = generations(home);
  const record = newest === undefined ? undefined : read(home, newest);
  return record === undefined ? { kind: "none" } : asLeader(home, record);
}

/** The supervisor that runs for this home here and now, if one does. */
export function leader(home: string): LeaderRecord | undefined {
  const now = leaderOf(home);
  return now.kind === "here" ? now.record : undefined;
}

/** What to tell a person of a supervisor that can't be reached from here. */
export const unreachable = ({ record, where }: Extract<Leader, { kind: "unknown" }>): string =>
  `pid ${record.pid} on ${where}, since ${record.since}`;

export type Lead =
  /** `path`: the record's file. When it is gone, the home was deleted or replaced, and this is its supervisor no more. */
  | { readonly kind: "leading"; readonly record: LeaderRecord; readonly path: string }
  | { readonly kind: "other"; readonly other: Exclude<Leader, { kind: "none" }> };

/** Becomes the supervisor, or names the one that is. */
export function lead(home: string, clock: Clock, who: Pick<LeaderRecord, "version" | "cgroups">): Lead {
  for (;;) {
    const [newest = 0] = generations(home);
    const current = newest === 0 ? undefined : read(home, newest);
    const other: Leader = current === undefined ? { kind: "none" } : asLeader(home, current);
    if (other.kind !== "none") return { kind: "other", other };
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

/**
 * It leaves, and says so: elsewhere its end would look like silence. A record that was deleted (the home was
 * deleted) is not made again.
 */
export function leave({ path, record }: Extract<Lead, { kind: "leading" }>, clock: Clock): void {
  if (!existsSync(path)) return;
  try {
    replaceFile(path, `${JSON.stringify({ ...record, ended: new Date(clock.wall()).toISOString() })}\n`);
  } catch {
    // A full disk: here its end is seen without that.
  }
}
