/** Whether an attempt's word that its work is done counts. Pure. */
import type { FleetRecord } from "@fleet/store/fleet-record";

import type { StopReason } from "../../attempts/records/stop.ts";

type Completion = NonNullable<FleetRecord["completion"]>;

interface Stopped {
  readonly why: StopReason | undefined;
  /** Milliseconds since 1970. */
  readonly at: number | undefined;
}

/**
 * The completion claim of this attempt. One that came after a person had stopped the attempt is too late: what the person
 * said stands.
 */
export function completionInTime(
  claimed: FleetRecord["completion"],
  uuid: string,
  { why, at = Infinity }: Stopped,
): Completion | undefined {
  if (claimed === undefined || claimed.uuid !== uuid) return undefined;
  const isByPerson = why?.kind === "killed" || why?.kind === "by-hand";
  return isByPerson && Date.parse(claimed.at) > at ? undefined : claimed;
}
