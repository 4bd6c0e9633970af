import { renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { exported, renderExport } from "@fleet/store/rendering";

import { Refusal } from "../errors.ts";
import { fileTrouble } from "../texts.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "export",
  summary: "Export issues as JSON lines",
  flags: {
    output: { type: "string", short: "o", help: "Output file (default: stdout)" },
    all: { type: "bool", help: "Everything: messages, gates, templates, ephemeral issues, memories" },
    "include-infra": { type: "bool", help: "Include messages, agents, rigs and roles" },
    "include-memories": { type: "bool", help: "Include memories" },
    "no-memories": { type: "bool", hidden: true, help: "The default" },
    scrub: { type: "bool", hidden: true, help: "Ignored" },
    force: { type: "bool", hidden: true, help: "Ignored" },
  },
  examples: ["export", "export -o issues.jsonl --include-memories"],
  errors: "stderr",
  run: (ctx, args) => {
    const snapshot = ctx.snapshot();
    const all = args.flag("all");
    const memories = (all || args.flag("include-memories")) && !args.flag("no-memories");
    const options = { all, infra: args.flag("include-infra"), memories };
    const file = args.text("output") ?? "";
    const lines = [...renderExport(snapshot, options)];
    if (file === "" || file === "-") {
      ctx.io.out(lines.join(""));
      return;
    }
    const path = resolve(ctx.io.cwd, file);
    const temporary = `${path}.tmp-${ctx.now}`;
    try {
      writeFileSync(temporary, lines.join(""));
      renameSync(temporary, path);
    } catch (error) {
      throw new Refusal(`failed to write ${file}: ${fileTrouble(error)}`, { cause: error });
    } finally {
      rmSync(temporary, { force: true });
    }
    const issues = exported(snapshot, options).length;
    ctx.warn(`Exported ${issues} issues${memories ? ` and ${lines.length - issues} memories` : ""} to ${file}`);
  },
};
