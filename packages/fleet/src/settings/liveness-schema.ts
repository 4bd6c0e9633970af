/** Settings under `liveness`, as a person writes them: for all, for one coder, for one project. */
import * as z from "zod/mini";

import { USUAL } from "./defaults.ts";
import type { LivenessName } from "./liveness.ts";
import { means } from "./means.ts";
import { time } from "./time.ts";

const after = {
  quiet_after: time,
  warn_after: time,
  hung_after: time,
  stop_waiting_after: time,
} satisfies Readonly<Record<LivenessName, typeof time>>;

/** Some of them, for one coder or project. */
export const livenessOverrides = z.partial(z.strictObject(after));

export const livenessSettings = z.strictObject({
  quiet_after: means(
    z._default(after.quiet_after, USUAL.liveness.quiet_after),
    "in a tool: quiet after so long without a sign",
  ),
  warn_after: means(
    z._default(after.warn_after, USUAL.liveness.warn_after),
    "a line in fleet log after so long without a sign",
  ),
  hung_after: means(
    z._default(after.hung_after, USUAL.liveness.hung_after),
    "no tool, no child: hung after so long without a sign, stopped and tried again; 0s: never",
  ),
  stop_waiting_after: means(
    z._default(after.stop_waiting_after, USUAL.liveness.stop_waiting_after),
    "stopped after waiting so long for a person (permission, login, question); 0s: never",
  ),
  coders: means(z._default(z.record(z.string(), livenessOverrides), {}), "the same for one coder, by name"),
});
