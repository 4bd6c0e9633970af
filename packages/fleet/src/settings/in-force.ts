/** The settings by which a home goes: the file, or what was last accepted while the file is invalid, as a supervisor does. */
import type { Store } from "@fleet/store/store";

import { acceptedConfig } from "./commit.ts";
import { readConfig } from "./file.ts";
import { type Config, DEFAULTS } from "./schema.ts";

export interface InForce {
  readonly config: Config;
  /** Why no supervisor would go by them: the file is invalid, and nothing was accepted before. The defaults then. */
  readonly unsettled: string | undefined;
}

export function settingsInForce(home: string, store: Store): InForce {
  const read = readConfig(home);
  if (read.ok) return { config: read.config, unsettled: undefined };
  const accepted = acceptedConfig(store);
  return accepted === undefined
    ? { config: DEFAULTS, unsettled: read.problems.join("; ") }
    : { config: accepted, unsettled: undefined };
}
