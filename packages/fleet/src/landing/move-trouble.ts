/** What prevents a move, or the repair of one, altogether; worded for people. */
import { FleetError } from "@fleet/kit/errors";

/** failed: git or the disk refused a step; a later try may succeed · held: a process of a killed move is still running. */
export type MoveCode = "failed" | "held";

export class MoveError extends FleetError {
  override readonly name = "MoveError";
  readonly code: MoveCode;

  constructor(code: MoveCode, message: string, details: ConstructorParameters<typeof FleetError>[1] = {}) {
    super(message, details);
    this.code = code;
  }
}
