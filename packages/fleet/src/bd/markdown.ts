/** `create --file`: a plan's tasks as new issues (plan.ts), all in one commit or none. Running it again makes them again. */
import { resolve } from "node:path";

import type { Act } from "@fleet/store/decision";
import type { Issue } from "@fleet/store/issue";
import { create } from "@fleet/store/ops/create";
import { inOrder, type Step } from "@fleet/store/ops/overlay";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { type Edge, taskMetadata } from "./creation.ts";
import { Refusal } from "./errors.ts";
import { isPlan, planned, planText } from "./plan-file.ts";
import type { Planned } from "./plan.ts";
import { issueShape } from "./shapes.ts";
import { checkNew } from "./verbs/create.ts";

/** The edges that the task at this index can have: with issues of the home, and with tasks made before it. */
function edgesOf(plan: readonly Planned[], at: number, made: readonly Issue[]): Edge[] {
  const own = (plan[at]?.links ?? []).flatMap(({ to, type, reversed }): Edge[] => {
    const id = to.kind === "issue" ? to.id : made[to.at]?.id;
    return id === undefined ? [] : [{ to: id, type, reversed }];
  });
  const earlier = plan.slice(0, at).flatMap(({ links }, from) =>
    links.flatMap(({ to, type, reversed }): Edge[] => {
      const id = to.kind === "task" && to.at === at ? made[from]?.id : undefined;
      return id === undefined ? [] : [{ to: id, type, reversed: !reversed }];
    }),
  );
  return [...own, ...earlier];
}

function stepsOf(plan: readonly Planned[], metadata: Record<string, unknown>, act: Act): Step<Issue>[] {
  const made: Issue[] = [];
  return plan.map((task, at) => (snapshot: Snapshot) => {
    // On a retry with a newer snapshot, issues made for the old one do not exist.
    made.length = at;
    const { title, type = "task", priority = 2, description, design, acceptance_criteria, assignee, labels } = task;
    const fields = { description, design, acceptance_criteria, assignee, labels };
    const edges = edgesOf(plan, at, made);
    const decision = create(snapshot, act, { title, type, priority, ...fields, edges, metadata, anonymous: true });
    const { issue } = decision.result;
    made.push(issue);
    return { ...decision, result: issue };
  });
}

export async function createFromFile(ctx: Ctx, args: Args): Promise<number> {
  if (args.positionals.length > 0) throw new Refusal("cannot specify both title and --file flag");
  if (args.flag("dry-run")) throw new Refusal("--dry-run is not supported with --file flag");
  const file = args.text("file") ?? "";
  if (!isPlan(file))
    throw new Refusal("parsing markdown file: invalid file type: only .md and .markdown files are supported");
  const text = planText(resolve(ctx.io.cwd, file), `parsing markdown file: open ${file}`);
  const { metadata, hidden } = await taskMetadata(ctx, args, undefined);
  await ctx.found();
  const act = await ctx.act();
  const made = await ctx.write(act, (snapshot) => {
    const plan = planned(text, file, snapshot);
    for (const { title } of plan) checkNew(title, "");
    const said = { event: "create" as const, subject: `${plan.length} issues from ${file}` };
    return inOrder(snapshot, act, stepsOf(plan, metadata, act), said);
  });
  const last = made.at(-1);
  if (last !== undefined) ctx.touch(last.id);
  if (ctx.json) ctx.print(made.map((issue) => issueShape(issue, { exact: true, hidden })));
  else {
    ctx.say(`✓ Created ${made.length} issues from ${file}:`);
    for (const issue of made) ctx.say(`  ${issue.id}: ${issue.title} [P${issue.priority}, ${issue.issue_type}]`);
  }
  return 0;
}
