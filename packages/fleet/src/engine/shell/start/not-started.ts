/** Reasons why an attempt is not started. */
import type { NotStarted } from "../../../attempts/records/not-started.ts";

export class CannotStart extends Error {
  readonly kind: NotStarted["kind"];

  constructor(kind: NotStarted["kind"], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

export const whyNotStarted = (error: unknown): NotStarted => ({
  kind: error instanceof CannotStart ? error.kind : "failed",
  reason: error instanceof Error ? error.message : String(error),
});
