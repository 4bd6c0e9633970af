import { heldBy } from "../claims.ts";
import type { Act } from "../decision.ts";
import { lost } from "../inside.ts";
import type { Issue } from "../issue.ts";

/** An attempt that has lost its claim may only comment on its task: somebody else may be at work on it. */
export function guardInside(issue: Issue, act: Act): void {
  if (act.inside === undefined || act.inside.task !== issue.id || heldBy(issue)?.uuid === act.inside.uuid) return;
  throw lost(issue);
}
