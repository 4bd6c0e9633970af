/** Looks up an attempt's task in the store. An unreadable task is unknown, not gone. */
import { heldBy } from "@fleet/store/claims";
import { isRecordUnknown } from "@fleet/store/fleet-record";
import { FleetError } from "@fleet/kit/errors";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Claim } from "../../core/world.ts";

/** A task as far as it can be read: its line, or all of the store, may be unknown. */
export type Looked =
  | { readonly kind: "known"; readonly issue: Issue | undefined }
  | { readonly kind: "unknown"; readonly why: string };

/** `snapshot` is undefined where the store can't be read. */
export function lookUp(snapshot: Snapshot | undefined, id: string): Looked {
  if (snapshot === undefined) return { kind: "unknown", why: "the store can't be read" };
  try {
    const issue = snapshot.issue(id);
    const trouble = issue === undefined ? snapshot.trouble(id) : undefined;
    if (trouble !== undefined) return { kind: "unknown", why: `${trouble.file}:${trouble.line}: ${trouble.reason}` };
    if (issue !== undefined && isRecordUnknown(issue))
      return { kind: "unknown", why: `metadata.fleet of ${id} can't be understood` };
    return { kind: "known", issue };
  } catch (error) {
    if (error instanceof FleetError) return { kind: "unknown", why: error.message };
    throw error;
  }
}

/** Whether the attempt still holds its claim. */
export function claimOf(looked: Looked, uuid: string): Claim {
  if (looked.kind === "unknown") return "unknown";
  const { issue } = looked;
  const held =
    issue !== undefined && heldBy(issue)?.uuid === uuid && issue.status !== "closed" && issue.status !== "open";
  return held ? "held" : "gone";
}
