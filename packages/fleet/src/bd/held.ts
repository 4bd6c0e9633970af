/** Issues that `ready` leaves out because a person has not yet allowed them to run. */
import { Graph } from "@fleet/store/graph";
import { heldHere } from "@fleet/store/held-here";
import { isHeld, trustCommand } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Ctx } from "./context.ts";

/** Those that would be ready otherwise. Loads no issue where there is none. */
export function untrustedIssues(ctx: Ctx, snapshot: Snapshot): Issue[] {
  const here = heldHere(ctx.store().gitDir);
  const isAny = here.size > 0 || [...snapshot.briefs.values()].some((brief) => isHeld(brief));
  return isAny ? new Graph(snapshot).untrusted({ now: ctx.now, held: here }) : [];
}

/** One line on stderr. */
export function sayUntrusted(ctx: Ctx, snapshot: Snapshot): void {
  const issues = untrustedIssues(ctx, snapshot);
  const [first] = issues;
  if (first === undefined) return;
  const what = issues.length === 1 ? `${first.id} waits` : `${issues.length} issues wait`;
  ctx.warn(
    `Note: ${what} for you to say where and that it may run: ${trustCommand(first.id)} (fleet tasks --all shows why)`,
  );
}
