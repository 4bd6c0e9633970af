import { join } from "node:path";

import { shellWord } from "@fleet/kit/shell";
import { releaseHere } from "@fleet/store/held-here";
import { homeExists } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";

import { fromCwd } from "../../cwd.ts";
import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { coderGiven, directoryGiven } from "../creation.ts";
import { Refusal } from "../errors.ts";
import { fromBd, jsonl, opened, type Opened } from "../import-sources.ts";
import type { Terms } from "../import-terms.ts";
import { type Imported, importRows } from "../importing.ts";
import type { Shape } from "../shapes.ts";
import { counted } from "../text.ts";
import type { Verb } from "../verb.ts";
import { type Runs, runsText, SHELL, whatRuns } from "../what-runs.ts";

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
  if (named === "-") return { name: "stdin", incoming: jsonl(ctx, await ctx.io.stdin()) };
  return opened(ctx, named ?? join(fromCwd(ctx.io), ".beads", "issues.jsonl"));
}

const unlessEmpty = (name: string, list: readonly unknown[]): Shape => (list.length === 0 ? {} : { [name]: list });
const unlessZero = (name: string, count: number): Shape => (count === 0 ? {} : { [name]: count });

function summary(name: string, memories: number, done: Imported, runs: readonly Runs[], dry: boolean): Shape {
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
    ...unlessEmpty("held", dry ? [] : done.held),
    ...(done.dropped.size === 0 ? {} : { dropped_metadata: Object.fromEntries(done.dropped) }),
    ...unlessEmpty("runs", runs),
    ...unlessEmpty(
      "bad_lines",
      done.bad.map(({ where, why }) => `${where}: ${why}`),
    ),
    ...(dry ? { dry_run: true } : {}),
  };
}

/** What a person has to know before any of it can run, or because some of it will. */
function warnOfTerms(ctx: Ctx, name: string, done: Imported, runs: readonly Runs[], terms: Terms): void {
  if (done.dropped.size > 0) {
    const keys = [...done.dropped].map(([key, rows]) => `${key} (${rows})`).join(", ");
    ctx.warn(
      `Note: not taken over from ${name}: metadata ${keys}${terms.isTrusted ? "" : "; --trust takes all but fleet's own record"}`,
    );
  }
  if (done.held.length > 0)
    ctx.warn(
      `Note: ${done.held.length} of them wait for you to say where they run: bd import ${shellWord(name)} --cwd DIR --coder NAME (or --trust); one: fleet bd update ${done.held[0] ?? "ID"} --cwd DIR --coder NAME`,
    );
  for (const one of runs.slice(0, MOST_SHOWN)) ctx.warn(runsText(one));
  if (runs.length > MOST_SHOWN) ctx.warn(`and ${runs.length - MOST_SHOWN} more kinds: fleet tasks --all`);
}

const MOST_SHOWN = 20;

async function termsOf(ctx: Ctx, args: Args, from: string): Promise<Terms> {
  const isTrusted = args.flag("trust");
  const cwd = args.has("cwd") ? directoryGiven(ctx, args) : undefined;
  const coder = await coderGiven(ctx, args);
  if (coder !== undefined && cwd === undefined)
    throw new Refusal("--coder says who works in the directory of --cwd", { hint: "add --cwd DIR" });
  if (cwd !== undefined && coder === undefined && !isTrusted && (await defaultCoderOf(ctx)) === SHELL)
    throw new Refusal(`the home's coder is ${SHELL}, which would run the descriptions in ${from} as programs`, {
      hint: `name another: bd import ${shellWord(from)} --cwd ${shellWord(cwd)} --coder claude (or --coder ${SHELL}, if they are programs)`,
    });
  const here = homeExists(ctx.home) ? homeId(ctx.store().gitDir) : "";
  return { from, here, now: ctx.now, isTrusted, cwd, path: ctx.io.env["PATH"], coder };
}

const defaultCoderOf = async (ctx: Ctx): Promise<string> =>
  (await import("../default-coder.ts")).defaultCoder(ctx.home);

function tell(ctx: Ctx, name: string, memories: number, done: Imported, dry: boolean): void {
  for (const edge of done.dangling) ctx.warn(`Note: ${edge}: no such issue; the dependency is kept`);
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
    "their prefix. A bad line is named on stderr and stops nothing else.",
    "What comes from a file is data: where it runs and with what is not taken from it, and its tasks wait until a person says",
    "so, here by --cwd DIR --coder NAME or --trust, or later for each: bd update ID --cwd DIR --coder NAME.",
  ].join("\n"),
  flags: {
    input: { type: "string", short: "i", help: "Read JSONL from this file" },
    "from-bd": { type: "string", help: "Ask the bd that is installed to export from this directory's workspace" },
    strict: { type: "bool", help: "Import nothing when a line is bad" },
    "dry-run": { type: "bool", help: "Show what would be imported without importing" },
    cwd: { type: "string", help: "The directory in which the imported tasks are to run" },
    coder: { type: "string", help: "With --cwd: the coder that is to do them" },
    trust: { type: "bool", help: "Take over how the tasks run (cwd, coder, model, checks, …) as the file has it" },
    dedup: { type: "bool", help: "Skip lines whose title an open issue has already" },
  },
  examples: [
    "import .beads/issues.jsonl",
    "import --from-bd ~/project",
    "import plan.md --cwd . --coder claude",
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
    const { name, incoming } = await source(ctx, args);
    const { memories, candidates } = incoming;
    for (const { where, why } of incoming.passedOver) ctx.warn(`Warning: ${where}: ${why}; passed over`);
    const strict = args.flag("strict");
    const act = await ctx.act();
    if (act.inside !== undefined && (args.flag("trust") || args.has("cwd")))
      throw new Refusal("an attempt can't say that what comes from outside may run", {
        hint: 'bd import FILE without --trust and --cwd; or fleet ask "…"',
      });
    const terms = await termsOf(ctx, args, name);
    const options = { dedup: args.flag("dedup"), terms };
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
      bad: [],
      held: [],
      runs: [],
      dropped: new Map(),
    };
    let done: Imported;
    if (dry && !hasHome) done = { ...nothing, ids: candidates.map(({ issue }) => issue.id), bad: incoming.bad };
    else if (dry) done = importRows(ctx.snapshot(), incoming, options).result;
    else {
      done = await ctx.write(act, (snapshot) => {
        const decision = importRows(snapshot, incoming, options);
        refuse(decision.result);
        return decision;
      });
    }
    refuse(done);
    for (const { where, why } of done.bad) ctx.warn(`Error: ${where}: ${why}`);
    const runs = done.runs.length === 0 ? [] : whatRuns(done.runs, await defaultCoderOf(ctx));
    warnOfTerms(ctx, name, done, runs, terms);
    // What a sync has left to be trusted is trusted with it.
    if (!dry && terms.isTrusted) for (const { id } of done.runs) releaseHere(ctx.store().gitDir, id);
    if (ctx.json) ctx.print(summary(name, memories.size, done, runs, dry));
    else tell(ctx, name, memories.size, done, dry);
    // As with ids: it failed when nothing of it was good.
    return done.bad.length > 0 && candidates.length + memories.size === 0 ? 1 : 0;
  },
};
