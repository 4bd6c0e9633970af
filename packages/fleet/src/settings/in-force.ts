/** The settings by which a home goes: the file, or what was last accepted while the file is invalid, as a supervisor does. */
import type { Store } from "@fleet/store/store";

import { acceptedConfig } from "./commit.ts";
import { readConfig } from "./file.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Config } from "./schema.ts";

export interface InForce {
  readonly config: Config;
  /** Why no supervisor would go by them: the file is invalid, and nothing was accepted before. The defaults then. */
  readonly unsettled: string | undefined;
  /** What is wrong with the file as it is now; empty where the settings are those of the file. */
  readonly problems: readonly string[];
}

export function settingsInForce(home: string, store: Store): InForce {
  const read = readConfig(home);
  if (read.ok) return { config: read.config, unsettled: undefined, problems: [] };
  const { problems } = read;
  const accepted = acceptedConfig(store);
  return accepted === undefined
    ? { config: DEFAULTS, unsettled: problems.join("; "), problems }
    : { config: accepted, unsettled: undefined, problems };
}
