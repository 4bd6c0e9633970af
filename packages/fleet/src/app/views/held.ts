/** What is held in this home now, by the names that lift it. */
import { type HeldThing, heldThings } from "../../engine/core/holds.ts";
import { readBreakers } from "../../engine/shell/state/breaker-file.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";

export function heldNow(home: string): HeldThing[] {
  const read = readConfig(home);
  return heldThings(read.ok ? read.config : DEFAULTS, readParked(home), readBreakers(home));
}
