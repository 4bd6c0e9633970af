/** Settings under `liveness`: from when on an attempt is called quiet or hung; for all, for one coder, for one task. */
import * as z from "zod";

import { settingValue } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import { parseDuration } from "@fleet/kit/duration";
import { TUNING, type Tuning } from "./tuning.ts";
import { time } from "./time.ts";

/** From when on what is called how. Infinity: never. */
export interface Thresholds {
  /** A sign younger than this is work. */
  readonly workingWithin: number;
  /** The share of one core from which its processes count as busy. */
  readonly workingCpu: number;
  /** In a tool: without a sign for so long it is quiet. */
  readonly quietAfter: number;
  /** Without a sign for so long a person is told. */
  readonly warnAfter: number;
  /** With nothing open: without a sign for so long it hangs, and is stopped. */
  readonly hungAfter: number;
  /** It waits for a person who can't answer it here: stopped after so long. */
  readonly stopWaitingAfter: number;
}

const after = {
  quiet_after: time,
  warn_after: time,
  hung_after: time,
  stop_waiting_after: time,
};
type Name = keyof typeof after;

export const livenessSettings = z.strictObject({
  quiet_after: after.quiet_after.default(300_000).describe("in a tool: quiet after so long without a sign"),
  warn_after: after.warn_after.default(3_600_000).describe("a line in fleet log after so long without a sign"),
  hung_after: after.hung_after
    .default(900_000)
    .describe("no tool, no child: hung after so long without a sign, stopped and tried again; 0s: never"),
  stop_waiting_after: after.stop_waiting_after
    .default(120_000)
    .describe("stopped after waiting so long for a person (permission, login, question); 0s: never"),
  coders: z.record(z.string(), z.strictObject(after).partial()).default({}).describe("the same for one coder, by name"),
});
export type LivenessSettings = z.output<typeof livenessSettings>;

export interface Chosen {
  readonly thresholds: Thresholds;
  /** What is written on the task and is no duration, in words. */
  readonly problems: readonly string[];
}

/** A task's own (`fleet bd update ID --set-metadata hung_after=2h`) outrank its coder's, which outrank those for all. */
export function thresholdsFor(
  settings: LivenessSettings,
  coder: string,
  issue: Issue | undefined,
  tuning: Tuning = TUNING,
): Chosen {
  const own = Object.hasOwn(settings.coders, coder) ? (settings.coders[coder] ?? {}) : {};
  const problems: string[] = [];
  const written = (name: Name): number => {
    const value = issue === undefined ? undefined : settingValue(issue, name);
    if (typeof value === "string" || typeof value === "number") {
      const millis = parseDuration(value);
      if (millis !== undefined) return millis;
      problems.push(`${name}=${value} of the task is no duration (90s, 10m, 2h), so it is not used`);
    }
    return own[name] ?? settings[name];
  };
  const orNever = (millis: number): number => (millis === 0 ? Infinity : millis);
  return {
    thresholds: {
      workingWithin: tuning.workingWithin,
      workingCpu: tuning.workingCpu,
      quietAfter: written("quiet_after"),
      warnAfter: orNever(written("warn_after")),
      hungAfter: orNever(written("hung_after")),
      stopWaitingAfter: orNever(written("stop_waiting_after")),
    },
    problems,
  };
}
