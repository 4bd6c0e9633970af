/** `dep list`: the edges of issues, or those that point at them. */
import { dependents } from "@fleet/store/dependents";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";

import { EDGE_TYPES, isKnownEdgeType } from "@fleet/store/status";

import type { Colours } from "../cli/style.ts";
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { Failures } from "./failures.ts";
import { huesOf, inPriority, inStatus } from "./hues.ts";
import { findOrRefuse } from "./issues.ts";
import { edgeShape, linkedShape } from "./shapes.ts";

interface Link {
  readonly issue: Issue;
  readonly type: string;
}

function linksOf(snapshot: Snapshot, issue: Issue, up: boolean): Link[] {
  const ends = up
    ? dependents(snapshot, issue.id)
    : (issue.dependencies ?? []).map(({ depends_on_id, type }) => ({ id: depends_on_id, type }));
  return ends.flatMap(({ id, type }) => {
    const other = snapshot.issue(id);
    return other === undefined ? [] : [{ issue: other, type }];
  });
}

/** "tt-a: Title [P1] (open) via blocks". */
function linkLine(other: Issue, kind: string, c: Colours): string {
  const standing = inStatus(other.status, other.status, c);
  return `  ${c.blue(other.id)}: ${other.title} [${inPriority(other, `P${other.priority}`, c)}] (${standing}) ${c.dim(`via ${kind}`)}`;
}

export async function list(ctx: Ctx, args: Args): Promise<number> {
  const snapshot = ctx.snapshot();
  const direction = args.text("direction") || "down";
  if (direction !== "down" && direction !== "up") throw new Refusal("--direction must be 'down' or 'up'");
  const up = direction === "up";
  const type = args.text("type") ?? "";
  const batch = args.positionals.length > 1;
  const failures = new Failures(ctx);
  const issues = args.positionals.flatMap((id) =>
    batch ? (failures.find(snapshot, id) ?? []) : [findOrRefuse(snapshot, id)],
  );
  // A custom type is accepted if such an edge exists.
  const isKnown = (one: Issue): boolean => [false, true].some((way) => linksOf(snapshot, one, way).some(wanted));
  const wanted = (link: { readonly type: string }): boolean => type === "" || link.type === type;
  if (type !== "" && !isKnownEdgeType(type) && !issues.some(isKnown))
    throw new Refusal(`invalid dependency type ${JSON.stringify(type)} (valid: ${EDGE_TYPES.join(", ")})`);
  // For several issues bd lists edges, because issues alone would not show which edge is whose.
  if (ctx.json && batch && !up) {
    ctx.print(issues.flatMap((issue) => (issue.dependencies ?? []).filter(wanted).map(edgeShape)));
    return failures.exit();
  }
  if (ctx.json) {
    const links = issues.flatMap((issue) => linksOf(snapshot, issue, up).filter(wanted));
    ctx.print(links.map((link) => linkedShape(link.issue, link.type)));
    return failures.exit();
  }
  const c = await huesOf(ctx.io);
  for (const issue of issues) {
    const links = linksOf(snapshot, issue, up).filter(wanted);
    if (links.length === 0) ctx.say(up ? `\nNo issues depend on ${issue.id}` : `\n${issue.id} has no dependencies`);
    else ctx.say(up ? `\n📋 Issues that depend on ${issue.id}:\n` : `\n📋 ${issue.id} depends on:\n`);
    for (const { issue: other, type: kind } of links) ctx.say(linkLine(other, kind, c));
  }
  return failures.exit();
}
