/** Why an attempt was not even tried: what becomes of its task depends on whose matter it is. Pure. */
import type { NotStarted } from "../../attempts/records/not-started.ts";
import type { Outcome } from "../../attempts/records/outcome.ts";
import { verdict } from "./verdict.ts";

export function judgeNotStarted({ kind, reason }: NotStarted): Outcome {
  switch (kind) {
    case "overtaken":
    case "workspace":
      return verdict("not-started", reason);
    case "refused":
      return verdict("not-started", reason, { becomes: "blocked" });
    case "coder-missing":
      return verdict("spawn-failed", reason, { holds: "coder" });
    case "setup":
      return verdict("not-started", reason, { holds: "setup" });
    case "directory-gone":
      return verdict("spawn-failed", reason, { holds: "directory" });
    case "failed":
      return verdict("spawn-failed", reason, { holds: "nothing" });
  }
}
