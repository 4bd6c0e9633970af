/** Why an attempt was not even tried: what becomes of its task depends on whose matter it is. Pure. */
import type { Outcome } from "../../attempts/records/outcome.ts";

export const NOT_STARTED = [
  /** What it was claimed for is not there any more; the next claim chooses again. Nobody's failure, so not a try. */
  "overtaken",
  /** A person has to change something before it is tried; not a failure of the coder. */
  "refused",
  /** The coder was found nowhere. */
  "coder-missing",
  /** The task's directory is not there, or is none. */
  "directory-gone",
  /** Anything else. */
  "failed",
] as const;

export interface NotStarted {
  readonly kind: (typeof NOT_STARTED)[number];
  /** One line that a person can read. */
  readonly reason: string;
}

export function judgeNotStarted({ kind, reason }: NotStarted): Outcome {
  switch (kind) {
    case "overtaken":
      return { kind: "not-started", reason, counts: false, becomes: "open" };
    case "refused":
      return { kind: "not-started", reason, counts: false, becomes: "blocked" };
    case "coder-missing":
      return { kind: "spawn-failed", reason, counts: true, becomes: "open", holds: "coder" };
    case "directory-gone":
      return { kind: "spawn-failed", reason, counts: true, becomes: "open", holds: "directory" };
    case "failed":
      return { kind: "spawn-failed", reason, counts: true, becomes: "open", holds: "nothing" };
  }
}
