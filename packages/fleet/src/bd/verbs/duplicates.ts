import { dependents } from "@fleet/store/dependents";
import { type Act, type Decision, none } from "@fleet/store/decision";
import { close } from "@fleet/store/ops/close";
import { addEdge } from "@fleet/store/ops/edges";
import { inOrder, type Step } from "@fleet/store/ops/overlay";
import { moveDependents } from "@fleet/store/ops/replace";
import { update } from "@fleet/store/ops/update";
import type { Snapshot } from "@fleet/store/snapshot";
import { PARENT } from "@fleet/store/status";

import { type Ctx, readonlyRefusal } from "../context.ts";
import { worded } from "../errors.ts";
import { stopFirst } from "../stop-first.ts";
import { movedShape } from "../replacing.ts";
import { type Duplicates, duplicates } from "../similar.ts";
import type { Shape } from "../shapes.ts";
import type { Verb } from "../verb.ts";

const actionOf = ({ target, sources }: Duplicates): string =>
  `fleet bd close ${sources.join(" ")} && fleet bd dep add ${sources.join(" ")} ${target.id} --type related`;
const noteOf = ({ target, sources }: Duplicates): string =>
  `Duplicate: ${sources.join(" ")} (same content as ${target.id})`;

const groupShape = (group: Duplicates): Shape => ({
  title: group.target.title,
  issues: group.issues.map(({ id, title, status, priority }) => ({
    id,
    title,
    status,
    priority,
    ...group.weights.get(id),
    is_merge_target: id === group.target.id,
  })),
  suggested_target: group.target.id,
  suggested_sources: group.sources,
  suggested_action: actionOf(group),
  note: noteOf(group),
});

interface Merged {
  readonly children: readonly string[];
  /** Further dependents of the issue that stays. */
  readonly moved: readonly string[];
}

/** In one commit: moves dependents to the issue that stays, then closes the others with a link. */
function merge(snapshot: Snapshot, act: Act, { target, sources }: Duplicates): Decision<Merged> {
  const children = sources.flatMap((id) =>
    dependents(snapshot, id).flatMap((dependent) => (dependent.type === PARENT ? [dependent.id] : [])),
  );
  const moved = new Set<string>();
  const steps: Step<unknown>[] = [
    ...sources.map((from): Step<unknown> => (now) => {
      const moving = moveDependents(now, act, { from, to: target.id });
      for (const id of moving.result) if (!children.includes(id)) moved.add(id);
      return moving;
    }),
    // Closed dependents don't wait any more, but are moved too.
    ...children.map(
      (id): Step<unknown> =>
        (now) =>
          now.liveIssue(id) === undefined ? update(now, act, { id, parent: target.id }) : none(undefined),
    ),
    ...sources.map(
      (id): Step<unknown> =>
        (now) =>
          close(now, act, { id, reason: `Duplicate of ${target.id}`, force: true }),
    ),
    ...sources.map(
      (id): Step<unknown> =>
        (now) =>
          addEdge(now, act, { from: id, to: target.id, type: "related" }),
    ),
  ];
  const said = { event: "merge" as const, subject: `${sources.join(", ")} into ${target.id}: ${target.title}` };
  return { ...inOrder(snapshot, act, steps, said), result: { children, moved: [...moved] } };
}

async function merged(ctx: Ctx, group: Duplicates): Promise<Shape> {
  const { target, sources } = group;
  const act = await ctx.act();
  try {
    for (const issue of group.issues) if (issue.id !== target.id) await stopFirst(ctx, act, issue);
    const { children, moved } = await ctx.write(act, (snapshot) => merge(snapshot, act, group));
    const done = { target: target.id, sources, closed: sources, linked: sources, reparented: children };
    return { ...done, ...movedShape({ moved }), errors: [] };
  } catch (error) {
    const errors = [`failed to merge into ${target.id}: ${worded(error).message}`];
    return { target: target.id, sources, closed: [], linked: [], reparented: [], errors };
  }
}

export const verb: Verb = {
  usage: "duplicates",
  summary: "Find issues with the same content, and merge them",
  about:
    "Same title, description, design, acceptance criteria, status, and task settings (cwd, coder, checks, …).\n" +
    "Kept is the one with the most dependents, then the most mentions, then the smallest ID.",
  flags: {
    "auto-merge": { type: "bool", help: "Merge them: move children, close and link the others" },
    "dry-run": { type: "bool", help: "Show what would be merged" },
  },
  examples: ["duplicates", "duplicates --auto-merge --dry-run", "duplicates --auto-merge", "duplicates --json"],
  args: { max: 0 },
  errors: "stderr",
  run: async (ctx, args) => {
    const dry = args.flag("dry-run");
    const auto = args.flag("auto-merge");
    if (auto && !dry && args.flag("readonly")) throw readonlyRefusal("duplicates --auto-merge");
    const groups = duplicates(ctx.snapshot());
    if (groups.length === 0) {
      if (ctx.json) ctx.print({ duplicate_groups: 0, groups: [] });
      else ctx.say("No duplicates found!");
      return;
    }
    const results: Shape[] = [];
    if (auto && !dry) for (const group of groups) results.push(await merged(ctx, group));
    if (ctx.json) {
      ctx.print({
        duplicate_groups: groups.length,
        groups: groups.map(groupShape),
        ...(auto || dry
          ? { merge_commands: groups.map((group) => `# ${noteOf(group)}\n# Suggested action: ${actionOf(group)}`) }
          : {}),
        ...(auto && !dry ? { merge_results: results } : {}),
      });
      return;
    }
    ctx.say(`🔍 Found ${groups.length} duplicate group(s):\n`);
    groups.forEach((group, at) => {
      ctx.say(`━━ Group ${at + 1}: ${group.target.title}`);
      for (const { id, status, priority } of group.issues) {
        const { weight = 0, references = 0 } = group.weights.get(id) ?? {};
        const mark = id === group.target.id ? "→ " : "  ";
        ctx.say(`${mark}${id} (${status}, P${priority}, weight=${weight}, ${references} refs)`);
      }
      ctx.say(`  Note: ${noteOf(group)}\n  Suggested: ${actionOf(group)}\n`);
    });
    for (const { errors } of results) if (Array.isArray(errors)) for (const error of errors) ctx.warn(String(error));
    if (dry) ctx.say(`⚠ Dry run - would execute ${groups.length} merge(s)`);
    else if (auto) ctx.say(`✓ Merged ${groups.length} group(s)`);
    else ctx.say("💡 Run with --auto-merge to execute all suggested merges");
  },
};
