/** A check that failed while another attempt was at work in its place: it is repeated once nothing is. */
import { ifReadable } from "@fleet/kit/errors";
import { oneLine } from "@fleet/kit/text";

import { openRun, readResult, readRun, runDir, runsOf } from "./check-files.ts";
import { stateOf } from "./check-plan.ts";

export interface CheckDue {
  readonly check: number;
  /** The run that it will be. */
  readonly run: number;
  readonly command: string;
}

/** Undefined while a check runs, and where none waits. */
export function dueWhenQuiet(dir: string): CheckDue | undefined {
  if (openRun(dir) !== undefined) return undefined;
  for (const [check, runs] of runsOf(dir)) {
    const state = stateOf(runs.flatMap((n) => readResult(runDir(dir, check, n)) ?? []));
    if (state.kind !== "due" || !state.whenQuiet) continue;
    const first = runDir(dir, check, runs[0] ?? 1);
    return { check, run: runs.length + 1, command: ifReadable(() => readRun(first))?.command ?? "a check" };
  }
  return undefined;
}

export function dueText(dir: string): string | undefined {
  const due = dueWhenQuiet(dir);
  return due === undefined
    ? undefined
    : `a check failed beside another attempt; it is repeated once nothing else runs there: ${oneLine(due.command)}`;
}
