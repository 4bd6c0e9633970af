/** An outcome, as its row of the table has it. Pure. */
import type { Outcome, OutcomeKind } from "../../attempts/records/outcome.ts";
import { LIFECYCLE } from "./lifecycle.ts";

/** `more`: what is not as in the table. */
export function verdict(kind: OutcomeKind, reason: string, more: Partial<Outcome> = {}): Outcome {
  const { counts, becomes } = LIFECYCLE[kind];
  return { kind, reason, counts, becomes, ...more };
}
