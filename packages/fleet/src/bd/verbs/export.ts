import { setTimeout as sleep } from "node:timers/promises";

import { writeGiven } from "@fleet/kit/given";
import { type ExportOptions, exported, refreshRendering, renderBr, renderExport } from "@fleet/store/rendering";
import type { Snapshot } from "@fleet/store/snapshot";

import { fromCwd } from "../../app/cwd.ts";
import type { Args } from "../args.ts";
import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import { fileTrouble } from "../texts.ts";
import type { Verb } from "../verb.ts";

const FORMATS = ["bd", "br"] as const;

interface Export {
  readonly format: (typeof FORMATS)[number];
  readonly options: ExportOptions;
}

function exportGiven(args: Args): Export {
  const given = args.text("format") || "bd";
  const format = FORMATS.find((name) => name === given);
  if (format === undefined)
    throw new Refusal(`invalid --format ${JSON.stringify(given)} (valid: ${FORMATS.join(", ")})`);
  const all = args.flag("all");
  const memories = (all || args.flag("include-memories")) && !args.flag("no-memories");
  return { format, options: { all, infra: args.flag("include-infra"), memories } };
}

const linesOf = (snapshot: Snapshot, { format, options }: Export): string[] => [
  ...(format === "br" ? renderBr(snapshot, options) : renderExport(snapshot, options)),
];

/** Writes atomically. */
function write(ctx: Ctx, file: string, lines: readonly string[]): void {
  const path = fromCwd(ctx.io, file);
  try {
    writeGiven(path, lines.join(""));
  } catch (error) {
    throw new Refusal(`failed to write ${file}: ${fileTrouble(error)}`, { cause: error });
  }
}

/** Keeps the file up to date until interrupted: writes at most at this interval, and only if the tip moved. */
async function watch(ctx: Ctx, file: string, what: Export, seconds: number): Promise<void> {
  const end = new AbortController();
  ctx.io.onInterrupt?.(["SIGINT", "SIGTERM"], () => end.abort());
  const stop = AbortSignal.any([end.signal, ctx.io.interrupted]);
  const store = ctx.store();
  let written: string | undefined;
  ctx.warn(`Watching; ${file === "" ? `${ctx.home}/.beads/issues.jsonl` : file} is kept fresh until Ctrl-C.`);
  while (!stop.aborted) {
    if (file === "") refreshRendering(store);
    else if (store.tip() !== written) {
      const snapshot = store.snapshot();
      write(ctx, file, linesOf(snapshot, what));
      written = snapshot.tip;
    }
    await sleep(seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
  }
}

export const verb: Verb = {
  usage: "export",
  summary: "Export issues as JSON lines",
  about:
    "bd's form, which viewers and real bd read: byte for byte the same for the same state. --format br: br's form, with\n" +
    "tombstones and times as they are stored. What only means something on this machine is left out.",
  flags: {
    output: { type: "string", short: "o", help: "Output file (default: stdout)" },
    all: { type: "bool", help: "Everything: messages, gates, templates, ephemeral issues, memories" },
    "include-infra": { type: "bool", help: "Include messages, agents, rigs and roles" },
    "include-memories": { type: "bool", help: "Include memories" },
    format: { type: "string", values: FORMATS, help: "bd, or br (beads_rust)", default: "bd" },
    watch: {
      type: "bool",
      help: "Keep the file up to date until interrupted (default file: .beads/issues.jsonl in the home)",
    },
    interval: { type: "int", min: 1, help: "With --watch: seconds between writes, at least", default: "2" },
    "no-memories": { type: "bool", hidden: true, help: "The default" },
    scrub: { type: "bool", hidden: true, help: "Ignored" },
    force: { type: "bool", hidden: true, help: "Ignored" },
  },
  examples: ["export", "export -o issues.jsonl --include-memories", "export --watch -o .beads/issues.jsonl"],
  errors: "stderr",
  run: async (ctx, args) => {
    const what = exportGiven(args);
    const file = args.text("output") ?? "";
    if (args.flag("watch")) {
      await watch(ctx, file, what, args.number("interval") ?? 2);
      return;
    }
    const snapshot = ctx.snapshot();
    const lines = linesOf(snapshot, what);
    if (file === "" || file === "-") {
      ctx.sink.exact(lines.join(""));
      return;
    }
    write(ctx, file, lines);
    const issues = what.format === "br" ? lines.length : exported(snapshot, what.options).length;
    const memories = lines.length - issues;
    ctx.warn(`Exported ${issues} issues${memories > 0 ? ` and ${memories} memories` : ""} to ${file}`);
  },
};
