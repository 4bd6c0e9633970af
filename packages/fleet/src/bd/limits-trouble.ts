/** Whether a coder can be held to limits, by the home's settings. Apart, as it needs them and the coders. */
import { registry } from "@fleet/coders/registry";
import { Store } from "@fleet/store/store";

import { settingsInForce } from "../settings/in-force.ts";
import { readLimits } from "../settings/limits/read.ts";
import { FLAG } from "../attempts/limits/measure.ts";
import { unmeasured } from "../settings/limits/measurable.ts";

/** One line; undefined where all is well, or nothing can be said of the coder. */
export function limitsTrouble(home: string, named: string | undefined, written: unknown): string | undefined {
  const read = readLimits(written);
  if (!read.ok) return `limits: ${read.problems.join("; ")}`;
  const { config } = settingsInForce(home, new Store(home));
  const coder = registry(config.coders).get(named ?? config.default_coder ?? "");
  const [problem] = coder === undefined ? [] : unmeasured(read.limits, coder);
  return problem === undefined ? undefined : `${FLAG[problem.limit]}: ${problem.why}`;
}
