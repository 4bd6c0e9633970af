import { counted } from "@fleet/kit/figures";
import type { Act } from "@fleet/store/decision";
import { byAge, byPriority, first, Graph, hybrid } from "@fleet/store/graph";
import { heldHere } from "@fleet/store/held-here";
import type { Brief } from "@fleet/store/brief";
import type { Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { PRIORITIES } from "@fleet/store/status";

import type { Colours } from "../../cli/style.ts";
import type { Args } from "../args.ts";
import { type Ctx, readonlyRefusal } from "../context.ts";
import { Refusal } from "../errors.ts";
import {
  cutNote,
  descendants,
  EXCLUDE_FLAGS,
  parentNamed,
  LABEL_FLAGS,
  METADATA_FLAGS,
  priorityGiven,
  testIfAny,
  typeGiven,
} from "../filters.ts";
import { huesOf } from "../hues.ts";
import { countDependents, countedShape } from "../shapes.ts";
import { flatLine, LEGEND, named, treeLine } from "../text.ts";
import { sayUntrusted } from "../held.ts";
import type { Verb } from "../verb.ts";

const POLICIES = ["hybrid", "priority", "oldest"];

function orderGiven(args: Args, now: number): (a: Brief, b: Brief) => number {
  const policy = args.text("sort") ?? "priority";
  switch (policy) {
    case "":
    case "priority":
      return byPriority;
    case "oldest":
      return byAge;
    case "hybrid":
      return hybrid(now);
    default:
      throw new Refusal(`invalid sort policy '${policy}'. Valid values: ${POLICIES.join(", ")}`, {
        family: "stderr",
      });
  }
}

/** The unsorted, unlimited list. A pure function of the snapshot, so that a claim can be decided again. */
function selector(ctx: Ctx, args: Args): (snapshot: Snapshot) => Brief[] {
  const written = args.text("priority") ?? "";
  const priority = written === "" ? undefined : priorityGiven(written);
  const assignee = args.text("assignee") ?? "";
  const unassigned = args.flag("unassigned");
  const held = heldHere(ctx.store().gitDir);
  return (snapshot) => {
    const type = args.text("type");
    const wanted = type === undefined || type === "" ? [] : [typeGiven(snapshot.meta, type)];
    // The assignee is filtered here, because --unassigned overrides it.
    const test = testIfAny(
      { ...args, text: (name) => (name === "assignee" ? undefined : args.text(name)) },
      snapshot.meta,
    );
    const parent = args.text("parent") ?? "";
    const below = parent === "" ? undefined : descendants(snapshot.live.values(), parentNamed(snapshot, parent));
    const fits = (brief: Brief): boolean => {
      const issue = test === undefined ? undefined : snapshot.live.get(brief.id);
      return test === undefined || (issue !== undefined && test(issue));
    };
    return new Graph(snapshot)
      .readyBriefs({
        now: ctx.now,
        held,
        types: wanted,
        includeDeferred: args.flag("include-deferred"),
        includeEphemeral: args.flag("include-ephemeral"),
      })
      .filter(
        (issue) =>
          fits(issue) &&
          (priority === undefined || issue.priority === priority) &&
          (below === undefined || below.has(issue.id)) &&
          (unassigned ? (issue.assignee ?? "") === "" : assignee === "" || issue.assignee === assignee),
      );
  };
}

/** The first one that can be claimed, usually the very first. */
function claimable(
  snapshot: Snapshot,
  briefs: readonly Brief[],
  order: (a: Brief, b: Brief) => number,
  isFree: (issue: Issue) => boolean,
): Issue | undefined {
  for (let limit = 1; ; limit *= 16) {
    const issues = first(briefs, order, limit).flatMap(({ id }) => snapshot.liveIssue(id) ?? []);
    const found = issues.find(isFree);
    if (found !== undefined || limit >= briefs.length) return found;
  }
}

async function claimFirst(ctx: Ctx, args: Args, act: Act): Promise<Issue | undefined> {
  const select = selector(ctx, args);
  const order = orderGiven(args, ctx.now);
  const [{ none }, { claim, claimRefusal }] = await Promise.all([
    import("@fleet/store/decision"),
    import("@fleet/store/ops/claim"),
  ]);
  return await ctx.write<Issue | undefined>(act, (snapshot) => {
    const free = select(snapshot).filter((issue) => (issue.assignee ?? "") === "");
    const next = claimable(snapshot, free, order, (issue) => claimRefusal(issue, act) === undefined);
    return next === undefined ? none(undefined) : claim(snapshot, act, { id: next.id });
  });
}

async function runClaim(ctx: Ctx, args: Args): Promise<void> {
  for (const flag of ["gated", "mol", "explain", "assignee"])
    if (args.has(flag) && args.text(flag) !== "") throw new Refusal(`--claim cannot be combined with --${flag}`);
  if (args.flag("readonly")) throw readonlyRefusal("ready --claim");
  orderGiven(args, ctx.now);
  const act = await ctx.act();
  if (act.inside !== undefined)
    ctx.warn(`This attempt works on ${act.inside.task}; it is given no other task. Close that one when it is done.`);
  const claimed = act.inside === undefined ? await claimFirst(ctx, args, act) : undefined;
  if (claimed === undefined) {
    if (ctx.json) ctx.print([]);
    else ctx.say("\n○ No ready work to claim\n");
    return;
  }
  ctx.touch(claimed.id);
  if (ctx.json) ctx.print([countedShape(claimed, countDependents(ctx.snapshot()))]);
  else ctx.say(`✓ Claimed issue: ${named(claimed)}`);
}

/** `total`: the number including those not shown. */
export function readyLines(shown: readonly Issue[], total: number, isPlain: boolean, c: Colours): string[] {
  if (isPlain)
    return [
      `\n📋 Ready work (${total} issues with no active blockers):\n`,
      ...shown.map((issue, at) => `${at + 1}. ${flatLine(issue, c)}`),
    ];
  return [
    ...shown.map((issue) => treeLine(issue, c)),
    `\n${"-".repeat(80)}\nReady: ${counted(total, "issue")} with no active blockers\n`,
    LEGEND,
  ];
}

async function sayReady(ctx: Ctx, args: Args, shown: readonly Issue[], total: number, c: Colours): Promise<void> {
  if (shown.length === 0) {
    const { noneReady } = await import("../none-ready.ts");
    ctx.say(`\n✨ ${noneReady([...ctx.snapshot().live.values()])}\n`);
    return;
  }
  const isPlain = args.flag("plain") || (args.has("pretty") && !args.flag("pretty"));
  for (const line of readyLines(shown, total, isPlain, c)) ctx.say(line);
}

export const verb: Verb = {
  usage: "ready",
  summary: "Show ready work (open issues with no active blockers)",
  flags: {
    limit: { type: "int", min: 0, short: "n", help: "Maximum issues to show (0 for unlimited)", default: "100" },
    priority: { type: "string", values: PRIORITIES, short: "p", help: "Filter by priority" },
    assignee: { type: "string", short: "a", help: "Filter by assignee" },
    unassigned: { type: "bool", short: "u", help: "Show only unassigned issues" },
    sort: {
      type: "string",
      values: POLICIES,
      short: "s",
      help: `Sort policy: ${POLICIES.join(", ")}`,
      default: "priority",
    },
    type: { type: "string", home: "type", short: "t", help: "Filter by issue type" },
    parent: { type: "string", help: "Filter to descendants of this issue" },
    claim: { type: "bool", help: "Claim the first matching ready, unassigned issue" },
    explain: { type: "bool", help: "Show why issues are ready or blocked" },
    ...LABEL_FLAGS,
    ...EXCLUDE_FLAGS,
    ...METADATA_FLAGS,
    "include-deferred": { type: "bool", help: "Include issues that are deferred to a later date" },
    "include-ephemeral": { type: "bool", help: "Include ephemeral issues" },
    plain: { type: "bool", help: "A numbered list" },
    pretty: { type: "bool", help: "One line each, with symbols", default: "true" },
    mol: { type: "string", hidden: true, help: "Not supported" },
    "mol-type": { type: "string", hidden: true, help: "Ignored" },
    gated: { type: "bool", hidden: true, help: "Not supported" },
  },
  examples: ["ready --json --limit 1", "ready --claim --json", "ready -p 0 --unassigned", "ready --explain"],
  run: async (ctx, args) => {
    for (const flag of ["mol", "gated"])
      if (args.has(flag) && !args.flag("claim"))
        throw new Refusal(`'bd ready --${flag}' is not supported by this store`);
    if (args.flag("claim")) {
      await runClaim(ctx, args);
      return 0;
    }
    if (args.flag("explain")) {
      const { explain } = await import("../explain.ts");
      explain(ctx);
      return 0;
    }
    const snapshot = ctx.snapshot();
    const held = new Graph(snapshot).held().length;
    if (held > 0) ctx.warn(`${counted(held, "issue")} held, not listed: fleet bd blocked says why`);
    const order = orderGiven(args, ctx.now);
    const all = selector(ctx, args)(snapshot);
    sayUntrusted(ctx, snapshot);
    const shown = first(all, order, args.number("limit") ?? 100).flatMap(({ id }) => snapshot.liveIssue(id) ?? []);
    if (ctx.json) {
      const counts = countDependents(snapshot);
      ctx.print(shown.map((issue) => countedShape(issue, counts)));
    } else await sayReady(ctx, args, shown, all.length, await huesOf(ctx.io));
    if (shown.length < all.length) ctx.warn(cutNote(shown.length, all.length, "ready issues"));
    return 0;
  },
};
