/** What prevents a landing without anybody having decided so. */
import { FleetError } from "@fleet/kit/errors";

/**
 * failed: git or the disk refused a step; a later try may succeed · held: another process lands in this repository · unclear: a
 * person first has to say or repair what lands, or where · ended: the lander was asked to stop.
 */
export type LandingCode = "failed" | "held" | "unclear" | "ended";

export class LandingError extends FleetError {
  override readonly name = "LandingError";
  readonly code: LandingCode;

  constructor(code: LandingCode, message: string, details: ConstructorParameters<typeof FleetError>[1] = {}) {
    super(message, details);
    this.code = code;
  }
}
