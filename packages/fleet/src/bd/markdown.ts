/** `create --file`: each `## Title` of a markdown file is an issue, its `### Section`s are the fields (beads 1.0.5). */
import type { Issue } from "@fleet/store/issue";
import { type Creation, create } from "@fleet/store/ops/create";
import { inOrder } from "@fleet/store/ops/overlay";
import type { Snapshot } from "@fleet/store/snapshot";
import { priorityOf, typeOf } from "@fleet/store/status";

import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import { edgeGiven, taskMetadata } from "./creation.ts";
import { Refusal } from "./errors.ts";
import { listOf, parseMarkdown, type Template } from "./markdown-plan.ts";
import { issueShape } from "./shapes.ts";
import { readText } from "./texts.ts";
import { checkNew } from "./verbs/create.ts";

function creationOf({ title, sections }: Template, metadata: Record<string, unknown>): Creation {
  const text = (name: string): string => (sections.get(name) ?? "").trim();
  return {
    title,
    type: text("type") || "task",
    // bd takes the default for words it does not know, here and for the type.
    priority: priorityOf(text("priority")) ?? 2,
    description: text("description"),
    design: text("design"),
    acceptance_criteria: text("acceptance criteria") || text("acceptance"),
    assignee: text("assignee"),
    labels: listOf(text("labels")),
    edges: listOf(text("dependencies") || text("deps")).flatMap((raw) => edgeGiven(raw) ?? []),
    metadata,
    anonymous: true,
  };
}

export async function createFromFile(ctx: Ctx, args: Args): Promise<number> {
  if (args.positionals.length > 0) throw new Refusal("cannot specify both title and --file flag");
  if (args.flag("dry-run")) throw new Refusal("--dry-run is not supported with --file flag");
  const file = args.text("file") ?? "";
  if (!/\.(?:md|markdown)$/i.test(file))
    throw new Refusal("parsing markdown file: invalid file type: only .md and .markdown files are supported");
  const templates = parseMarkdown(await readText(ctx, file, "parsing markdown file"));
  if (templates.length === 0)
    throw new Refusal("parsing markdown file: no issues found in markdown file (expected ## Issue Title format)");
  const { metadata, hidden } = await taskMetadata(ctx, args, undefined);
  const inputs = templates.map((template) => creationOf(template, metadata));
  for (const input of inputs) checkNew(input.title, "");
  await ctx.found();
  const act = await ctx.act();
  const created: Issue[] = [];
  const steps = inputs.map((input) => (snapshot: Snapshot) => {
    const type = typeOf(snapshot.meta, input.type) ?? "task";
    return create(snapshot, act, { ...input, type });
  });
  const said = { event: "create", subject: `${inputs.length} issues from ${file}` };
  const { meta } = ctx.snapshot();
  for (const { title, type } of inputs) {
    if (typeOf(meta, type) === undefined)
      ctx.warn(`Warning: invalid issue type '${type}' in '${title}', using default 'task'`);
  }
  for (const { issue } of await ctx.write(act, (snapshot) => inOrder(snapshot, act, steps, said))) created.push(issue);
  const last = created.at(-1);
  if (last !== undefined) ctx.touch(last.id);
  if (ctx.json) ctx.print(created.map((issue) => issueShape(issue, { exact: true, hidden })));
  else {
    ctx.say(`✓ Created ${created.length} issues from ${file}:`);
    for (const issue of created) ctx.say(`  ${issue.id}: ${issue.title} [P${issue.priority}, ${issue.issue_type}]`);
  }
  return 0;
}
