import { dependents } from "@fleet/store/dependents";
import type { Act } from "@fleet/store/decision";
import { enforce, maySweep, whoOf } from "@fleet/store/inside";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { releasedWithout, remove, type Removed } from "@fleet/store/ops/remove";
import type { Snapshot } from "@fleet/store/snapshot";
import { StoreError } from "@fleet/store/errors";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { stopFirst } from "../stop-first.ts";
import { readText } from "../texts.ts";
import type { Verb } from "../verb.ts";

async function idsGiven(ctx: Ctx, args: Args): Promise<readonly string[]> {
  const file = args.text("from-file") ?? "";
  const lines = file === "" ? [] : (await readText(ctx, file, "reading file")).split("\n").map((line) => line.trim());
  const ids = [...new Set([...args.positionals, ...lines.filter((line) => line !== "" && !line.startsWith("#"))])];
  if (ids.length === 0) throw new Refusal("no issue IDs provided", { hint: "fleet bd delete ID --force" });
  return ids;
}

/** All ids, or a refusal that names the unknown ones. */
function findAll(snapshot: Snapshot, ids: readonly string[]): Issue[] {
  const missing: string[] = [];
  let told: StoreError | undefined;
  const found = ids.flatMap((id) => {
    try {
      return [find(snapshot, id)];
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "not-found") throw error;
      missing.push(id);
      told = error;
      return [];
    }
  });
  if (missing.length === 0) return found;
  if (ids.length > 1) throw new Refusal(`issues not found: ${missing.join(", ")}`);
  // bd's message, then the store's: that it was deleted earlier, and how to bring it back.
  const [, more = ""] = /^no issue found matching "[^"]*"(.*)$/s.exec(told?.message ?? "") ?? [];
  throw new Refusal(`issue ${missing[0] ?? ""} not found${more}`, more === "" ? {} : { hint: told?.mend });
}

/** With all transitive dependents. */
function withDependents(snapshot: Snapshot, roots: readonly Issue[]): Issue[] {
  const found = new Map<string, Issue>();
  const queue = [...roots];
  for (let issue = queue.shift(); issue !== undefined; issue = queue.shift()) {
    if (found.has(issue.id)) continue;
    found.set(issue.id, issue);
    queue.push(...dependents(snapshot, issue.id).flatMap(({ id }) => snapshot.issue(id) ?? []));
  }
  return [...found.values()];
}

function sayPreview(ctx: Ctx, snapshot: Snapshot, issues: readonly Issue[], args: Args): void {
  const ids = issues.map(({ id }) => id);
  const edges = issues.flatMap((issue) => [
    ...(issue.dependencies ?? []).map(({ depends_on_id, type }) => `${issue.id} → ${depends_on_id} (${type})`),
    ...dependents(snapshot, issue.id).map(({ id }) => `${id} → ${issue.id} (inbound)`),
  ]);
  const released = releasedWithout(snapshot, issues);
  if (ctx.json) {
    ctx.print({ dry_run: true, would_delete: ids, dependencies: edges, would_release: released });
    return;
  }
  ctx.say(`\n⚠️  DELETE PREVIEW\n\n${issues.length === 1 ? "Issue" : "Issues"} to delete:`);
  for (const issue of issues) ctx.say(`  ${issue.id}: ${issue.title}`);
  if (edges.length > 0) ctx.say(`\nDependency links to remove: ${edges.length}`);
  for (const edge of edges) ctx.say(`  ${edge}`);
  if (released.length > 0)
    ctx.say(`\nTasks that nothing holds up any more after that: ${released.join(", ")}. Deleting needs --force.`);
  if (args.flag("dry-run")) ctx.say("\n(Dry-run mode - no changes made)");
  else {
    const cascade = args.flag("cascade") ? " --cascade" : "";
    ctx.say(
      `\nTo proceed, run: fleet bd delete ${args.flag("cascade") ? args.positionals.join(" ") : ids.join(" ")}${cascade} --force\n`,
    );
  }
}

async function removeAll(ctx: Ctx, act: Act, issues: readonly Issue[]): Promise<Removed[]> {
  const removed: Removed[] = [];
  for (const issue of issues) {
    await stopFirst(ctx, act, issue);
    removed.push(await ctx.write(act, (snapshot) => remove(snapshot, act, { id: issue.id })));
  }
  return removed;
}

const sum = (removed: readonly Removed[], field: "edges" | "labels" | "references"): number =>
  removed.reduce((total, one) => total + one[field], 0);

export const verb: Verb = {
  usage: "delete <issue-id> [issue-id...]",
  summary: "Delete one or more issues and clean up references",
  about: "Without --force it only shows what would be deleted. Deleted issues stay in the history.",
  flags: {
    force: { type: "bool", short: "f", help: "Actually delete (without this flag, shows preview)" },
    "dry-run": { type: "bool", help: "Preview what would be deleted without making changes" },
    cascade: { type: "bool", help: "Delete everything that depends on it too" },
    "from-file": { type: "string", help: "Read issue IDs from file (one per line)" },
    hard: { type: "bool", hidden: true, help: "Ignored" },
    reason: { type: "string", hidden: true, help: "Ignored" },
  },
  examples: ["delete fleet-a3f", "delete fleet-a3f --force"],
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const ids = await idsGiven(ctx, args);
    const snapshot = ctx.snapshot();
    const named = findAll(snapshot, ids);
    const issues = args.flag("cascade") ? withDependents(snapshot, named) : named;
    if (!args.flag("force") || args.flag("dry-run")) {
      sayPreview(ctx, snapshot, issues, args);
      return;
    }
    const act = await ctx.act();
    enforce(maySweep(whoOf(act), { deleted: issues.length, mended: false }));
    const gone = new Set(issues.map(({ id }) => id));
    const orphans = issues
      .flatMap(({ id }) => dependents(snapshot, id).map((one) => one.id))
      .filter((id) => !gone.has(id));
    const released = releasedWithout(snapshot, issues);
    const removed = await removeAll(ctx, act, issues);
    const [first] = removed;
    const batch = ids.length > 1 || args.flag("cascade");
    if (ctx.json && !batch && first !== undefined) {
      ctx.print({
        deleted: first.id,
        dependencies_removed: first.edges,
        references_updated: first.references,
        released,
      });
    } else if (ctx.json) {
      ctx.print({
        deleted: removed.map(({ id }) => id),
        deleted_count: removed.length,
        dependencies_removed: sum(removed, "edges"),
        labels_removed: sum(removed, "labels"),
        events_removed: 0,
        references_updated: sum(removed, "references"),
        orphaned_issues: [...new Set(orphans)],
        released,
      });
    } else {
      for (const { id } of removed) ctx.say(`✓ Deleted ${id}`);
      ctx.say(`  Removed ${sum(removed, "edges")} dependency link(s)`);
      ctx.say(`  Updated text references in ${sum(removed, "references")} issue(s)`);
      if (released.length > 0) ctx.say(`  Released: ${released.join(", ")}`);
    }
  },
};
