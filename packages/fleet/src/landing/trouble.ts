/** What keeps work from being brought onto its target though nobody decided so. */
import { FleetError } from "@fleet/kit/errors";

/**
 * failed: git or the disk refused a step, and the same may go well later · held: another process lands in this repository ·
 * unclear: what is to land, or where, a person has to say or to put right first · ended: whoever landed was asked to end.
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
