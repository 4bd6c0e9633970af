/** Where a task's coder comes from, if the task does not name one. Pure. */
import type { Source } from "../settings/effective/effective.ts";

export function coderNote(from: Source): string {
  switch (from.kind) {
    case "task":
    // No coder chooses itself.
    case "coder":
      return "";
    case "project":
      return ` (of the project ${from.project})`;
    case "fleet":
    case "default":
      return " (default)";
  }
}
