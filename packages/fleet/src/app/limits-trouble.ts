/** Whether a coder can be held to limits, by the home's settings. Apart, as it needs them and the coders. */
import { registry } from "@fleet/coders/registry";
import { Store } from "@fleet/store/store";

import { effective } from "../settings/effective/effective.ts";
import { settingsInForce } from "../settings/in-force.ts";
import { readLimits } from "../settings/limits/read.ts";
import { FLAG } from "../attempts/limits/measure.ts";
import { unmeasured } from "../settings/limits/measurable.ts";

/** One line; undefined where all is well, or nothing can be said of the coder. `metadata`: of the task. */
export function limitsTrouble(home: string, metadata: Readonly<Record<string, unknown>>): string | undefined {
  const read = readLimits(metadata["limits"]);
  if (!read.ok) return `limits: ${read.problems.join("; ")}`;
  const { config } = settingsInForce(home, new Store(home));
  const coder = registry(config.coders).get(effective(config, { metadata }).value("coder"));
  const [problem] = coder === undefined ? [] : unmeasured(read.limits, coder);
  return problem === undefined ? undefined : `${FLAG[problem.limit]}: ${problem.why}`;
}
