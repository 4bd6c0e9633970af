/** Why an attempt was not even tried: what becomes of its task depends on whose matter it is. Pure. */
import type { NotStarted } from "../../attempts/records/not-started.ts";
import type { Outcome } from "../../attempts/records/outcome.ts";

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
