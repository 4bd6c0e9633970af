/**
 * One supervisor per home. Its record is `.git/fleet/supervisor.<generation>`: pid, start time and boot, made exclusively.
 * A dead leader is followed by whoever makes the next generation; the newest record is never removed, so two starters
 * that both see a dead leader compete for the same name and one wins. Even two supervisors could not run a task twice,
 * because claiming is a swap; the record keeps the limits honest.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";

import { startTime } from "@fleet/store/git/process";
import { gitDirOf } from "@fleet/store/home";

import { list } from "../attempt/paths.ts";
import { type Clock } from "@fleet/kit/clock";
import { createExclusive } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";

const schema = z.object({
  pid: z.number(),
  start: z.string(),
  boot: z.string(),
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

const lives = (record: LeaderRecord, boot: string): boolean =>
  record.boot === boot && startTime(record.pid) === record.start;

/** The supervisor that runs for this home now, if one does. */
export function leader(home: string, clock: Pick<Clock, "boot">): LeaderRecord | undefined {
  const [newest] = generations(home);
  const record = newest === undefined ? undefined : read(home, newest);
  return record !== undefined && lives(record, clock.boot) ? record : undefined;
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
    if (current !== undefined && lives(current, clock.boot)) return { kind: "other", record: current };
    const record: LeaderRecord = {
      pid: process.pid,
      start: startTime(process.pid) ?? "",
      boot: clock.boot,
      since: new Date(clock.wall()).toISOString(),
      ...who,
    };
    const path = join(dirOf(home), `supervisor.${newest + 1}`);
    if (!createExclusive(path, `${JSON.stringify(record)}\n`)) continue;
    for (const old of generations(home))
      if (old < newest + 1) rmSync(join(dirOf(home), `supervisor.${old}`), { force: true });
    return { kind: "leading", record, path };
  }
}
