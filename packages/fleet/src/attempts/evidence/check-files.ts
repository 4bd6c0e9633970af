/**
 * The record of checks: checks/I.K is run K of check I. A result is made once; a run without one, and without a process,
 * is run again. Nothing of it is in anybody's memory.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { CHECK_FILES, FILES } from "../records/files.ts";
import { logPath } from "../records/output.ts";
import { list } from "@fleet/kit/list";
import { createExclusive, replaceFile } from "@fleet/kit/files";
import { readEnd } from "@fleet/kit/read";
import { readJsonAs } from "@fleet/kit/json";

const run = z.object({
  command: z.string(),
  /** Wall and monotonic time of its start, and the boot they belong to. */
  at: z.number(),
  monotonic: z.number(),
  boot: z.string(),
  /** As in attempt.json. */
  machine: z.optional(z.string()),
  /** Another attempt ran in the same place when it began. */
  shared: z.boolean(),
  /** The commit whose files it runs in; empty: those of before the first one. Absent: it runs in the directory itself. */
  commit: z.optional(z.string()),
  /** What these are without. */
  lacks: z.optional(z.array(z.string())),
});
export type CheckRun = z.infer<typeof run>;

const result = z.object({
  command: z.string(),
  /** `interrupted`: it was ended before it could say anything, for a reason that is not its own; it is run again. */
  verdict: z.enum(["passed", "failed", "timed-out", "interrupted"]),
  code: z.optional(z.number()),
  ms: z.number(),
  /** Another attempt was at work in the same place meanwhile. */
  disturbed: z.boolean(),
  /** Ended with the supervisor, which says nothing of the check. */
  shutdown: z.optional(z.boolean()),
  /** The end of what it printed. */
  tail: z.string(),
});
export type CheckResult = z.infer<typeof result>;

/** checks: after the work · base: of what is to be proven, where the work begins · setup: of its workspace, before it begins. */
export type Runs = "checks" | "base" | "setup";

const runsDir = (dir: string, of: Runs): string => join(dir, FILES[of]);
export const runDir = (dir: string, check: number, n: number, of: Runs = "checks"): string =>
  join(runsDir(dir, of), `${check}.${n}`);
/** The files of the commit that a run on the base works in. */
export const treeDir = (at: string): string => join(at, "tree");

export const readRun = (at: string): CheckRun | undefined => readJsonAs(join(at, CHECK_FILES.run), run);
export const writeRun = (at: string, record: CheckRun): void =>
  replaceFile(join(at, CHECK_FILES.run), `${JSON.stringify(record)}\n`);

export const readResult = (at: string): CheckResult | undefined => readJsonAs(join(at, CHECK_FILES.result), result);
export const writeResult = (at: string, record: CheckResult): boolean =>
  createExclusive(join(at, CHECK_FILES.result), `${JSON.stringify(record, null, 2)}\n`);

/** Of what a check printed, so much of the end is kept in its result. */
const TAIL_BYTES = 4_000;
export const outputEnd = (at: string): string => (readEnd(logPath(at), TAIL_BYTES) ?? "").trim();

/** The run that was begun and has no result yet. */
export function openRun(dir: string, of: Runs = "checks"): string | undefined {
  for (const [check, runs] of runsOf(dir, of))
    for (const n of runs) if (readResult(runDir(dir, check, n, of)) === undefined) return runDir(dir, check, n, of);
  return undefined;
}

/** The runs of each check that were begun, by number of the check (from 1). */
export function runsOf(dir: string, of: Runs = "checks"): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const name of list(runsDir(dir, of))) {
    const [, check, n] = /^(\d+)\.(\d+)$/.exec(name) ?? [];
    if (check === undefined || n === undefined) continue;
    found.set(
      Number(check),
      [...(found.get(Number(check)) ?? []), Number(n)].sort((a, b) => a - b),
    );
  }
  return found;
}
