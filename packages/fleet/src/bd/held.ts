/** What is not listed as ready because a person has not said yet that it may run. */
import { Graph } from "@fleet/store/graph";
import { heldHere, holdHere } from "@fleet/store/held-here";
import { type Hold, holdOf, isHeld } from "@fleet/store/holds";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Ctx } from "./context.ts";

/** Those that would be ready but for it. Loads no issue where none is held. */
export function heldIssues(ctx: Ctx, snapshot: Snapshot): Issue[] {
  const here = heldHere(ctx.store().gitDir);
  const isAny = here.size > 0 || [...snapshot.briefs.values()].some((brief) => isHeld(brief));
  return isAny ? new Graph(snapshot).held({ now: ctx.now, held: here }) : [];
}

export const holdOfIssue = (ctx: Ctx, issue: Issue): Hold =>
  holdOf(issue) ?? holdHere(ctx.store().gitDir, issue.id) ?? { kind: "unknown" };

/** One line on stderr. */
export function sayHeld(ctx: Ctx, snapshot: Snapshot): void {
  const held = heldIssues(ctx, snapshot);
  const [first] = held;
  if (first === undefined) return;
  const what = held.length === 1 ? `${first.id} waits` : `${held.length} issues wait`;
  ctx.warn(
    `Note: ${what} for you to say where and that it may run: fleet bd update ${first.id} --cwd DIR --coder NAME, or --trust (fleet tasks --all shows why)`,
  );
}
