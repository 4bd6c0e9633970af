/** Settings under `liveness`: from when on an attempt is called quiet or hung; for all, for one coder, for one task. */
import * as z from "zod";

import { time } from "./time.ts";

const after = {
  quiet_after: time,
  warn_after: time,
  hung_after: time,
  stop_waiting_after: time,
};
export type LivenessName = keyof typeof after;
export const LIVENESS = [
  "quiet_after",
  "warn_after",
  "hung_after",
  "stop_waiting_after",
] as const satisfies readonly LivenessName[];

/** Some of them, for one coder or project. */
export const livenessOverrides = z.strictObject(after).partial();

export const livenessSettings = z.strictObject({
  quiet_after: after.quiet_after.default(300_000).describe("in a tool: quiet after so long without a sign"),
  warn_after: after.warn_after.default(3_600_000).describe("a line in fleet log after so long without a sign"),
  hung_after: after.hung_after
    .default(900_000)
    .describe("no tool, no child: hung after so long without a sign, stopped and tried again; 0s: never"),
  stop_waiting_after: after.stop_waiting_after
    .default(120_000)
    .describe("stopped after waiting so long for a person (permission, login, question); 0s: never"),
  coders: z.record(z.string(), livenessOverrides).default({}).describe("the same for one coder, by name"),
});
