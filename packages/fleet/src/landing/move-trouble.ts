/** What keeps a move from being made or put right at all, for people. */
import { FleetError } from "@fleet/kit/errors";

/** failed: git or the disk refused a step, and the same may go well later · held: what a killed move started still runs. */
export type MoveCode = "failed" | "held";

export class MoveError extends FleetError {
  override readonly name = "MoveError";
  readonly code: MoveCode;

  constructor(code: MoveCode, message: string, details: ConstructorParameters<typeof FleetError>[1] = {}) {
    super(message, details);
    this.code = code;
  }
}
