/** Settings under `liveness`: from when on an attempt is called quiet or hung; for all, for one coder, for one task. */
import * as z from "zod/mini";

import { means } from "./means.ts";
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
export const livenessOverrides = z.partial(z.strictObject(after));

export const livenessSettings = z.strictObject({
  quiet_after: means(z._default(after.quiet_after, 300_000), "in a tool: quiet after so long without a sign"),
  warn_after: means(z._default(after.warn_after, 3_600_000), "a line in fleet log after so long without a sign"),
  hung_after: means(
    z._default(after.hung_after, 900_000),
    "no tool, no child: hung after so long without a sign, stopped and tried again; 0s: never",
  ),
  stop_waiting_after: means(
    z._default(after.stop_waiting_after, 120_000),
    "stopped after waiting so long for a person (permission, login, question); 0s: never",
  ),
  coders: means(z._default(z.record(z.string(), livenessOverrides), {}), "the same for one coder, by name"),
});
