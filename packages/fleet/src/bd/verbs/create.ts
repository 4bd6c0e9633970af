import { isBlank } from "@fleet/kit/text";
import type { Issue } from "@fleet/store/issue";
import { type Creation, create, TITLE_LIMIT } from "@fleet/store/ops/create";
import { asType, type IssueType, PRIORITIES, typeNames, typeOf } from "@fleet/store/status";
import { millis } from "@fleet/store/time";

import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { CREATION_FLAGS, type Edge, edgeGiven, GATES, taskMetadata, waitsForGiven } from "../creation.ts";
import { DATE_HELP } from "../date-help.ts";
import { Refusal } from "../errors.ts";
import { priorityGiven } from "../filters.ts";
import { placeWarning } from "../place-warning.ts";
import { missingSections } from "../sections.ts";
import { issueShape } from "../shapes.ts";
import { named } from "../text.ts";
import { TEXT_FIELD_FLAGS, textFieldsGiven } from "../text-fields.ts";
import { metadataGiven } from "../texts.ts";
import type { Verb } from "../verb.ts";

/** Flags of beads' molecules and events, which this store does not have (beads 1.0.5 has them). */
const REFUSED = ["graph", "mol-type", "wisp-type", "event-category", "event-actor", "event-target", "event-payload"];

function titleGiven(args: Args): string {
  const [positional] = args.positionals;
  const flag = args.text("title");
  if (positional !== undefined && flag !== undefined && flag !== "" && positional !== flag) {
    throw new Refusal(
      `cannot specify different titles as both positional argument and --title flag\n  Positional: ${JSON.stringify(positional)}\n  --title:    ${JSON.stringify(flag)}`,
    );
  }
  if (positional?.startsWith("-") === true && flag === undefined) {
    throw new Refusal(
      `title ${JSON.stringify(positional)} looks like a flag (starts with '-').\n  Run 'fleet bd create --help' for available options.\n  To use this title anyway, pass it explicitly: fleet bd create --title=${JSON.stringify(positional)}`,
    );
  }
  const title = flag !== undefined && flag !== "" ? flag : positional;
  if (title === undefined)
    throw new Refusal("title required (or use --file to create from markdown)", { hint: 'fleet create "Title"' });
  return title;
}

/** What the store would refuse, in bd's words. */
export function checkNew(title: string, id: string): void {
  const failed = `validation failed for issue ${id}: `;
  if (isBlank(title)) throw new Refusal(`${failed}title is required`);
  const bytes = Buffer.byteLength(title);
  if (bytes > TITLE_LIMIT)
    throw new Refusal(`${failed}title must be ${TITLE_LIMIT} characters or less (got ${bytes})`, {
      hint: "put the rest into --description",
    });
}

async function dateGiven(ctx: Ctx, args: Args, flag: "due" | "defer"): Promise<string | undefined> {
  const text = args.text(flag);
  if (text === undefined) return undefined;
  const { dueTrouble, parseDate } = await import("../dates.ts");
  const date = parseDate(text, ctx.now);
  if (date === undefined) throw new Refusal(dueTrouble(flag, text));
  if (flag === "defer" && millis(date) < ctx.now) {
    ctx.warn(`⚠ Defer date ${JSON.stringify(text)} is in the past. Issue will appear in bd ready immediately.`);
    ctx.warn("  Did you mean a future date? Use --defer=+1h or --defer=tomorrow");
  }
  return date;
}

/** If a dependency does not exist, refuse: a script's task would otherwise wait for nothing and start. */
function edgesGiven(args: Args): readonly Edge[] {
  const edges = args.texts("deps").flatMap((raw) => edgeGiven(raw) ?? []);
  if (args.has("deps") && edges.length === 0)
    throw new Refusal("--deps names no issue", { hint: "leave it out, or: --deps ID,blocks:ID" });
  for (const flag of ["waits-for", "parent"])
    if (args.has(flag) && isBlank(args.text(flag) ?? ""))
      throw new Refusal(`--${flag} names no issue`, { hint: `leave it out, or: --${flag} ID` });
  return edges;
}

function describedBy(args: Args, description = ""): string {
  const parts = [description];
  const skills = args.text("skills") ?? "";
  const context = args.text("context") ?? "";
  if (skills !== "") parts.push(`## Required Skills\n${skills}`);
  if (context !== "") parts.push(`## Context\n${context}`);
  return parts.filter((part) => part !== "").join("\n\n");
}

async function creationOf(
  ctx: Ctx,
  args: Args,
): Promise<{ readonly input: Creation; readonly hidden: ReadonlySet<string> }> {
  const title = titleGiven(args);
  const { appendNotes, ...texts } = await textFieldsGiven(ctx, args, { clears: false });
  const priority = priorityGiven(args.text("priority") ?? "2");
  const due = await dateGiven(ctx, args, "due");
  const defer = await dateGiven(ctx, args, "defer");
  const given = await metadataGiven(ctx, args);
  const id = args.text("id") ?? "";
  const parent = args.text("parent") ?? "";
  if (id !== "" && parent !== "") throw new Refusal("cannot specify both --id and --parent flags");
  checkNew(title, id);
  const waits = waitsForGiven(args);
  const edges = [...edgesGiven(args), ...(waits === undefined ? [] : [waits])];
  const { metadata, hidden } = await taskMetadata(ctx, args, given);
  const input: Creation = {
    title,
    type: asType(args.text("type") || "task"),
    priority,
    ...texts,
    description: describedBy(args, texts.description),
    notes: texts.notes ?? appendNotes,
    spec_id: args.text("spec-id"),
    assignee: args.text("assignee"),
    estimated_minutes: args.number("estimate"),
    external_ref: args.text("external-ref"),
    due_at: due,
    defer_until: defer,
    labels: [...args.texts("labels"), ...args.texts("label")],
    metadata,
    ephemeral: args.flag("ephemeral"),
    id: id === "" ? undefined : id,
    force: args.flag("force"),
    parent: parent === "" ? undefined : parent,
    inheritLabels: !args.flag("no-inherit-labels"),
    edges,
  };
  return { input, hidden };
}

/** For a task made inside an attempt no placement is asked: it runs where that attempt does. */
async function warnOfPlace(ctx: Ctx, issue: Issue, toPerson: boolean): Promise<void> {
  if ((await ctx.acting()).inside !== undefined) return;
  const warning = placeWarning(issue, ctx.io.env["HOME"]) ?? (toPerson ? await untracked(ctx, issue) : undefined);
  if (warning !== undefined) ctx.warn(warning);
}

async function untracked(ctx: Ctx, issue: Issue): Promise<string | undefined> {
  const { untrackedWarning } = await import("../created.ts");
  return untrackedWarning(ctx, issue);
}

/** The type, if the home knows it. */
export function knownType(meta: Parameters<typeof typeOf>[0], written: string, id: string): IssueType {
  const type = typeOf(meta, written);
  if (type === undefined)
    throw new Refusal(`validation failed for issue ${id}: invalid issue type: ${written}`, {
      hint: `types: ${typeNames(meta).join(", ")}`,
    });
  return type;
}

function checkSections(type: string, input: Creation): void {
  const missing = missingSections(type, input.description ?? "", input.acceptance_criteria);
  if (missing.length === 0) return;
  const lines = missing.map(({ heading, hint }) => `\n  - ## ${heading} (${hint})`);
  throw new Refusal(`missing required sections for ${type}:${lines.join("")}`);
}

export const verb: Verb = {
  usage: "create [title]",
  endsInText: true,
  summary: "Create a new issue",
  flags: {
    title: { type: "string", help: "Issue title (alternative to positional argument)" },
    priority: {
      type: "string",
      values: PRIORITIES,
      short: "p",
      help: "Priority (0-4 or P0-P4, 0=highest)",
      default: "2",
    },
    type: {
      type: "string",
      home: "type",
      short: "t",
      help: "Issue type (bug|feature|task|epic|chore|decision, or one of types.custom)",
      default: "task",
    },
    ...TEXT_FIELD_FLAGS,
    assignee: { type: "string", short: "a", help: "Assignee" },
    labels: { type: "list", short: "l", help: "Labels (comma-separated)" },
    label: { type: "list", hidden: true, help: "Alias for --labels" },
    ...CREATION_FLAGS,
    id: { type: "string", help: "Explicit issue ID" },
    parent: { type: "string", help: "Parent issue ID: the new issue becomes PARENT.N" },
    "no-inherit-labels": { type: "bool", help: "Don't inherit labels from parent issue" },
    deps: { type: "list", help: "Dependencies: 'id' or 'type:id' (e.g. discovered-from:bd-20,blocks:bd-15)" },
    "waits-for": { type: "string", help: "Issue whose children must be closed first" },
    "waits-for-gate": { type: "string", values: GATES, help: GATES.join(" or "), default: "all-children" },
    due: { type: "string", help: `Due date: ${DATE_HELP}` },
    defer: { type: "string", help: "Not ready, and not started, before this date (formats as --due)" },
    estimate: { type: "int", min: 0, short: "e", help: "Time estimate in minutes" },
    "external-ref": { type: "string", help: "External reference (e.g. gh-9, jira-ABC)" },
    "spec-id": { type: "string", help: "Link to specification document" },
    skills: { type: "string", help: "Required skills, added to the description" },
    context: { type: "string", help: "Additional context, added to the description" },
    metadata: { type: "string", help: "Custom metadata (JSON object or @file.json)" },
    file: { type: "string", short: "f", help: 'Create one issue for each "## Title" of a markdown file' },
    "dry-run": { type: "bool", help: "Show what would be created, without creating it" },
    silent: { type: "bool", help: "Output only the issue ID (for scripts)" },
    validate: { type: "bool", help: "Refuse a description that lacks sections its type needs" },
    force: { type: "bool", help: "Accept an --id with another prefix" },
    ephemeral: { type: "bool", help: "Short-lived: left out of ready and export" },
    "no-history": { type: "bool", hidden: true, help: "Ignored" },
    repo: { type: "string", hidden: true, help: "Ignored" },
    ...Object.fromEntries(
      REFUSED.map((name) => [name, { type: "string" as const, hidden: true, help: "Not supported" }]),
    ),
  },
  examples: [
    'create "Fix login" -t bug -p 1',
    'create "Write tests" --parent fleet-a3f --deps discovered-from:fleet-b2c',
    'create "Refactor auth" --coder claude --cwd ~/src/api --json',
    'create "Title" --stdin < text.md',
  ],
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    const refused = REFUSED.find((name) => args.has(name));
    if (refused !== undefined) throw new Refusal(`'bd create --${refused}' is not supported by this store`);
    if (args.has("file")) {
      const { createFromFile } = await import("../markdown.ts");
      return await createFromFile(ctx, args);
    }
    const { input, hidden } = await creationOf(ctx, args);
    if (args.flag("dry-run")) {
      const { preview } = await import("../preview.ts");
      return await preview(ctx, input, hidden);
    }
    await ctx.found();
    const act = await ctx.act({ owner: true });
    const { issue } = await ctx.write(act, (snapshot) => {
      const type = knownType(snapshot.meta, input.type, input.id ?? "");
      if (args.flag("validate")) checkSections(type, input);
      return create(snapshot, act, { ...input, type });
    });
    ctx.touch(issue.id);
    if (args.flag("silent")) ctx.say(issue.id);
    else if (ctx.json) ctx.print(issueShape(issue, { exact: true, hidden }));
    else {
      ctx.say(`✓ Created issue: ${named(issue)}`);
      ctx.say(`  Priority: P${issue.priority}`);
      ctx.say(`  Status: ${issue.status}`);
      const { runLines } = await import("../created.ts");
      for (const line of await runLines(ctx, issue)) ctx.say(`  ${line}`);
    }
    await warnOfPlace(ctx, issue, !args.flag("silent") && !ctx.json);
    return 0;
  },
};
