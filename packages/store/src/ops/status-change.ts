/** How a change of status changes the times of an issue (as beads 1.0.5). */
import type { Act } from "../decision.ts";
import type { Issue } from "../issue.ts";
import type { Status } from "../status.ts";
import { notBefore, stamp } from "../time.ts";

type Fields = { status: Status } & {
  -readonly [K in "started_at" | "closed_at" | "close_reason"]?: string | undefined;
};

export function toStatus(issue: Issue, status: Status, act: Act): Fields {
  const now = notBefore(stamp(act.now), issue.created_at);
  const fields: Fields = { status };
  if (status === "in_progress" && issue.started_at === undefined) fields.started_at = now;
  if (status === "closed") {
    if (issue.status !== "closed") fields.closed_at = now;
  } else {
    fields.closed_at = undefined;
    fields.close_reason = undefined;
  }
  return fields;
}
