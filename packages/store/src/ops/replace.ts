/** When one issue takes the place of another: what waited for the one waits for the other from then on. */
import { counted } from "@fleet/kit/figures";

import type { Act, Decision } from "../decision.ts";
import { none } from "../decision.ts";
import { liveDependents } from "../dependents.ts";
import type { Dependency, Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { isHolding } from "../status.ts";
import { stamp } from "../time.ts";
import { checkLoops } from "./edges.ts";
import { find } from "./find.ts";
import { touched } from "./touched.ts";

export interface Replacing {
  readonly from: string;
  readonly to: string;
}

/** The edges with those that wait for `from` turned to `to`, each once; any other edge between the two stays. */
function turned(issue: Issue, { from, to }: Replacing, act: Act): Dependency[] {
  const edges = issue.dependencies ?? [];
  const moving = edges.filter((edge) => edge.depends_on_id === from && isHolding(edge.type));
  const isThere = ({ type }: Dependency): boolean =>
    edges.some((edge) => edge.depends_on_id === to && edge.type === type);
  const added = moving
    .filter((edge) => !isThere(edge))
    .map((edge) => ({ ...edge, depends_on_id: to, created_at: stamp(act.now), created_by: act.actor }));
  // There is one edge between two issues: one that holds takes the place of one that does not.
  const isReplaced = (edge: Dependency): boolean =>
    added.length > 0 && edge.depends_on_id === to && !isHolding(edge.type);
  return [...edges.filter((edge) => !moving.includes(edge) && !isReplaced(edge)), ...added];
}

/** The live issues that wait for `from`, its children among them, as they are to wait for `to`. */
export function moveDependents(snapshot: Snapshot, act: Act, given: Replacing): Decision<readonly string[]> {
  const replacing = { from: find(snapshot, given.from).id, to: find(snapshot, given.to).id };
  if (replacing.from === replacing.to) return none([]);
  const waiting = new Map(
    liveDependents(snapshot, replacing.from)
      .filter(({ issue, type }) => isHolding(type) && issue.id !== replacing.to)
      .map(({ issue }) => [issue.id, issue]),
  );
  const moved = [...waiting.values()].map((issue) =>
    touched(issue, act, { dependencies: turned(issue, replacing, act) }),
  );
  if (moved.length === 0) return none([]);
  checkLoops(snapshot, moved);
  const subject = `${counted(moved.length, "issue that waited", "issues that waited")} for ${replacing.from} now ${moved.length === 1 ? "waits" : "wait"} for ${replacing.to}`;
  return { kind: "commit", event: "dep", subject, issues: moved, result: moved.map(({ id }) => id).sort() };
}
