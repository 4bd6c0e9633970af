/** What is held in this home now, by the names that lift it. */
import { type HeldThing, heldThings } from "../../engine/core/holds.ts";
import { readBreakers } from "../../engine/shell/state/breaker-file.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import type { Config } from "../../settings/schema.ts";

export const heldNow = (home: string, config: Config): HeldThing[] =>
  heldThings(config, readParked(home), readBreakers(home));
