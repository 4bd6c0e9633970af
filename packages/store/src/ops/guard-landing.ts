/** A task that waits to land closes once its work is on its target; if it closed earlier, it would count as done without being there. */
import { landingOf } from "../claims.ts";
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";

export function guardLanding(issue: Issue): void {
  if (landingOf(issue) === undefined) return;
  const { id } = issue;
  throw new StoreError(
    "guarded",
    `cannot close ${id}: its work is accepted, and it closes once that has landed (bd close ${id} --force closes it without)`,
    { mend: `fleet land ${id}` },
  );
}
