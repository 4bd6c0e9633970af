import { join } from "node:path";

import { counted } from "@fleet/kit/figures";
import { shellWord } from "@fleet/kit/shell";
import { releaseHere } from "@fleet/store/hold-here";
import { homeExists } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";

import { fromCwd } from "../../app/cwd.ts";
import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { coderGiven, directoryGiven } from "../creation.ts";
import { Refusal } from "../errors.ts";
import { fixed, fromBd, jsonl, opened, type Opened } from "../import-sources.ts";
import type { Terms } from "../import-terms.ts";
import { type Imported, importRows } from "../importing.ts";
import type { Shape } from "../shapes.ts";
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
  if (named === "-") return fixed("stdin", jsonl(ctx, await ctx.io.stdin(), "stdin"));
  return await opened(ctx, named ?? join(fromCwd(ctx.io), ".beads", "issues.jsonl"));
}

const unlessEmpty = (name: string, list: readonly unknown[]): Shape => (list.length === 0 ? {} : { [name]: list });
const unlessZero = (name: string, count: number): Shape => (count === 0 ? {} : { [name]: count });

function summary(name: string, done: Imported, runs: readonly Runs[], dry: boolean): Shape {
  return {
    source: name,
    created: done.ids.length,
    skipped: done.unchanged + done.stale.length + done.dedup,
    ...unlessZero("dedup_skipped", done.dedup),
    ...unlessZero("memories", done.memories),
    ...unlessEmpty("ids", dry ? [] : done.ids),
    ...unlessEmpty("tombstones", done.tombstones),
    ...unlessEmpty("stale_skipped_ids", done.stale),
    ...unlessEmpty("dangling_dependencies", done.dangling),
    ...unlessEmpty("untrusted", dry ? [] : done.untrusted),
    ...(done.dropped.size === 0 ? {} : { dropped_metadata: Object.fromEntries(done.dropped) }),
    ...unlessEmpty("runs", runs),
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

/** The source in a suggested command: standard input has to be piped again. */
const fileWord = (name: string): string => (name === "stdin" ? "-" : shellWord(name));

/** Reported: what has to be confirmed before tasks run, or that some will run. */
function warnOfTerms(ctx: Ctx, name: string, done: Imported, runs: readonly Runs[], terms: Terms): void {
  if (done.dropped.size > 0) {
    const keys = [...done.dropped].map(([key, rows]) => `${key} (${rows})`).join(", ");
    ctx.warn(
      `Note: not taken over from ${name}: metadata ${keys}${terms.isTrusted ? "" : "; --trust takes all but fleet's own record"}`,
    );
  }
  if (done.untrusted.length > 0)
    ctx.warn(
      `Note: ${counted(done.untrusted.length, "of them waits", "of them wait")} for you to say where they run: fleet bd import ${fileWord(name)} --cwd DIR --coder NAME (or --trust); one: fleet bd update ${done.untrusted[0] ?? "ID"} --cwd DIR --coder NAME`,
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
  if (cwd !== undefined && coder === undefined && !isTrusted && (await chosenAt(ctx, cwd)) === SHELL)
    throw new Refusal(`the coder there is ${SHELL}, which would run the descriptions in ${from} as programs`, {
      hint: `name another: fleet bd import ${fileWord(from)} --cwd ${shellWord(cwd)} --coder claude (or --coder ${SHELL}, if they are programs)`,
    });
  const here = homeExists(ctx.home) ? homeId(ctx.store().gitDir) : "";
  return { from, here, now: ctx.now, isTrusted, cwd, path: ctx.io.env["PATH"], coder };
}

const chosenAt = async (ctx: Ctx, cwd: string): Promise<string> =>
  (await import("../../app/views/chosen.ts")).chosenAt(ctx.home, cwd).coder;

function tell(ctx: Ctx, name: string, done: Imported, dry: boolean): void {
  const held = new Set(done.held.flatMap(({ id, waitsFor }) => waitsFor.map((to) => `${id} -> ${to}`)));
  for (const edge of done.dangling)
    if (!held.has(edge)) ctx.warn(`Note: ${edge}: no such issue; the dependency is kept`);
  for (const { id, waitsFor } of done.held)
    ctx.warn(
      `Held: ${id} waits for ${waitsFor.join(", ")}, which this home does not have (fleet bd doctor says what to do)`,
    );
  const parts = [
    `${dry ? "Would import" : "Imported"} ${done.ids.length} issues`,
    done.memories === 0 ? "" : ` and ${done.memories} memories`,
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
    "What comes from a file is data: where it runs and with what is not taken from it, and its tasks wait until a person says",
    "so, here by --cwd DIR --coder NAME or --trust, or later for each: bd update ID --cwd DIR --coder NAME.",
  ].join("\n"),
  flags: {
    input: { type: "string", short: "i", help: "Read JSONL from this file" },
    "from-bd": { type: "string", help: "Import from this directory's workspace, by the installed bd" },
    strict: { type: "bool", help: "Import nothing if any line is invalid" },
    "dry-run": { type: "bool", help: "Show what would be imported without importing" },
    cwd: { type: "string", help: "Directory to run the imported tasks in" },
    coder: { type: "string", help: "With --cwd: coder to use for them" },
    trust: { type: "bool", help: "Accept how tasks run (cwd, coder, model, checks, …) as the file says" },
    dedup: { type: "bool", help: "Skip lines with the title of an open issue" },
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
    const { name, read } = await source(ctx, args);
    let incoming = read(hasHome || !dry ? ctx.snapshot() : undefined);
    for (const { where, why } of incoming.passedOver) ctx.warn(`Warning: ${where}: ${why}; passed over`);
    const strict = args.flag("strict");
    const act = await ctx.act();
    if (act.inside !== undefined && (args.flag("trust") || args.has("cwd")))
      throw new Refusal("an attempt can't say that what comes from outside may run", {
        hint: 'fleet bd import FILE without --trust and --cwd; or fleet ask "…"',
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
      held: [],
      bad: [],
      untrusted: [],
      runs: [],
      memories: 0,
      dropped: new Map(),
    };
    let done: Imported;
    if (dry && !hasHome)
      done = {
        ...nothing,
        ids: incoming.candidates.map(({ issue }) => issue.id),
        bad: incoming.bad,
        memories: incoming.memories.size,
      };
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
    const runs =
      done.runs.length === 0 ? [] : whatRuns(done.runs, (await import("../../app/views/chosen.ts")).chosenIn(ctx.home));
    warnOfTerms(ctx, name, done, runs, terms);
    // Also releases holds that a sync left at this home.
    if (!dry && terms.isTrusted) for (const { id } of done.runs) releaseHere(ctx.store().gitDir, id);
    if (ctx.json) ctx.print(summary(name, done, runs, dry));
    else tell(ctx, name, done, dry);
    return done.bad.length > 0 ? 1 : 0;
  },
};
