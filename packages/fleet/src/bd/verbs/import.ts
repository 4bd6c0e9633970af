import { join } from "node:path";

import { homeExists } from "@fleet/store/home";

import { fromCwd } from "../../cwd.ts";
import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { fixed, fromBd, jsonl, opened, type Opened } from "../import-sources.ts";
import { type Imported, importRows } from "../importing.ts";
import type { Shape } from "../shapes.ts";
import { counted } from "../text.ts";
import type { Verb } from "../verb.ts";

async function source(ctx: Ctx, args: Args): Promise<Opened> {
  const [positional] = args.positionals;
  const input = args.text("input");
  const bd = args.text("from-bd");
  if (positional !== undefined && input !== undefined)
    throw new Refusal("use either --input or a positional file, not both");
  const named = input ?? positional;
  if (bd !== undefined) {
    if (named !== undefined) throw new Refusal("use either --from-bd or a file, not both");
    return fromBd(ctx, bd);
  }
  if (named === "-") return fixed("stdin", jsonl(ctx, await ctx.io.stdin()));
  return await opened(ctx, named ?? join(fromCwd(ctx.io), ".beads", "issues.jsonl"));
}

const unlessEmpty = (name: string, list: readonly unknown[]): Shape => (list.length === 0 ? {} : { [name]: list });
const unlessZero = (name: string, count: number): Shape => (count === 0 ? {} : { [name]: count });

function summary(name: string, memories: number, done: Imported, dry: boolean): Shape {
  return {
    source: name,
    created: done.ids.length,
    skipped: done.unchanged + done.stale.length + done.dedup,
    ...unlessZero("dedup_skipped", done.dedup),
    ...unlessZero("memories", memories),
    ...unlessEmpty("ids", dry ? [] : done.ids),
    ...unlessEmpty("tombstones", done.tombstones),
    ...unlessEmpty("stale_skipped_ids", done.stale),
    ...unlessEmpty("dangling_dependencies", done.dangling),
    ...unlessEmpty(
      "held",
      done.held.map(({ id, waitsFor }) => ({ id, waits_for: waitsFor })),
    ),
    ...unlessEmpty(
      "bad_lines",
      done.bad.map(({ where, why }) => `${where}: ${why}`),
    ),
    ...(dry ? { dry_run: true } : {}),
  };
}

function tell(ctx: Ctx, name: string, memories: number, done: Imported, dry: boolean): void {
  const held = new Set(done.held.flatMap(({ id, waitsFor }) => waitsFor.map((to) => `${id} -> ${to}`)));
  for (const edge of done.dangling)
    if (!held.has(edge)) ctx.warn(`Note: ${edge}: no such issue; the dependency is kept`);
  for (const { id, waitsFor } of done.held)
    ctx.warn(`Held: ${id} waits for ${waitsFor.join(", ")}, which this home does not have (bd doctor says what to do)`);
  const parts = [
    `${dry ? "Would import" : "Imported"} ${done.ids.length} issues`,
    memories === 0 ? "" : ` and ${memories} memories`,
    ` from ${name}`,
    done.tombstones.length === 0 ? "" : `, ${counted(done.tombstones.length, "deletion")}`,
    done.unchanged === 0 ? "" : ` (${done.unchanged} unchanged)`,
    done.dedup === 0 ? "" : ` (${done.dedup} duplicates skipped)`,
    done.stale.length === 0 ? "" : ` (${done.stale.length} stale skipped)`,
  ];
  ctx.warn(parts.join(""));
}

export const verb: Verb = {
  usage: "import [file|directory|-]",
  summary: "Import issues: JSONL of bd or br, a workspace, a markdown plan, another home",
  about: [
    "A file of JSON lines (bd export, .beads/issues.jsonl of bd or br), a directory that holds one, a markdown plan (*.md, an",
    "issue for each ## Title), or another fleet home (read at its tip). Default: .beads/issues.jsonl here.",
    "Field by field the newer wins; nothing is lost that is newer here; doing it twice changes nothing. Ids are kept, whatever",
    "their prefix. A bad line is named on stderr (with --json in bad_lines) and stops nothing else; the exit status is 1 then.",
    "What waits for an issue that is not here is imported and held: it does not become ready until that issue arrives or the",
    "dependency is removed.",
  ].join("\n"),
  flags: {
    input: { type: "string", short: "i", help: "Read JSONL from this file" },
    "from-bd": { type: "string", help: "Ask the bd that is installed to export from this directory's workspace" },
    strict: { type: "bool", help: "Import nothing when a line is bad" },
    "dry-run": { type: "bool", help: "Show what would be imported without importing" },
    dedup: { type: "bool", help: "Skip lines whose title an open issue has already" },
  },
  examples: [
    "import .beads/issues.jsonl",
    "import --from-bd ~/project",
    "import plan.md",
    "import ~/other-fleet --dry-run",
    "export | bd --db ~/other import -",
  ],
  args: { max: 1 },
  errors: "text",
  writes: true,
  run: async (ctx, args) => {
    const dry = args.flag("dry-run");
    const hasHome = homeExists(ctx.home);
    if (!hasHome && !dry) await ctx.found();
    const { name, read } = await source(ctx, args);
    let incoming = read(hasHome || !dry ? ctx.snapshot() : undefined);
    for (const { where, why } of incoming.passedOver) ctx.warn(`Warning: ${where}: ${why}; passed over`);
    const strict = args.flag("strict");
    const act = await ctx.act();
    const options = { dedup: args.flag("dedup") };
    const refuse = (done: Imported): void => {
      if (!strict || done.bad.length === 0) return;
      const lines = done.bad.map(({ where, why }) => `${where}: ${why}`);
      throw new Refusal(`import failed: ${lines.join("\n")}`);
    };
    const nothing: Imported = {
      ids: [],
      tombstones: [],
      unchanged: 0,
      stale: [],
      dedup: 0,
      dangling: [],
      held: [],
      bad: [],
    };
    let done: Imported;
    if (dry && !hasHome)
      done = { ...nothing, ids: incoming.candidates.map(({ issue }) => issue.id), bad: incoming.bad };
    else if (dry) done = importRows(ctx.snapshot(), incoming, options, ctx.now).result;
    else {
      done = await ctx.write(act, (snapshot) => {
        incoming = read(snapshot);
        const decision = importRows(snapshot, incoming, options, ctx.now);
        refuse(decision.result);
        return decision;
      });
    }
    refuse(done);
    for (const { where, why } of done.bad) ctx.warn(`Error: ${where}: ${why}`);
    const { memories } = incoming;
    if (ctx.json) ctx.print(summary(name, memories.size, done, dry));
    else tell(ctx, name, memories.size, done, dry);
    return done.bad.length > 0 ? 1 : 0;
  },
};
