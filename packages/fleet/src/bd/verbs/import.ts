import { resolve } from "node:path";

import { Refusal } from "../errors.ts";
import { importRows, readSource } from "../importing.ts";
import { readText } from "../texts.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "import [file|-]",
  summary: "Import issues from a JSONL file or stdin",
  about:
    "Reads what bd export, bd's auto-export and br write. The newer version of an issue wins; importing a file twice\n" +
    "changes nothing the second time. A malformed line, and nothing is imported.",
  flags: {
    input: { type: "string", short: "i", help: "Read JSONL from this file" },
    "dry-run": { type: "bool", help: "Show what would be imported without importing" },
    dedup: { type: "bool", help: "Skip lines whose title an open issue has already" },
  },
  examples: ["import .beads/issues.jsonl", "export | bd --db ~/other import -"],
  args: { max: 1 },
  errors: "text",
  writes: true,
  run: async (ctx, args) => {
    const [positional] = args.positionals;
    const input = args.text("input");
    if (positional !== undefined && input !== undefined)
      throw new Refusal("use either --input or a positional file, not both");
    const file = input ?? positional ?? resolve(ctx.io.cwd, ".beads", "issues.jsonl");
    const named = file === "-" ? "stdin" : file;
    const source = readSource(await readText(ctx, file, `cannot read ${named}`));
    if (args.flag("dry-run")) {
      const summary = {
        source: named,
        created: source.rows.length,
        skipped: 0,
        memories: source.memories.size,
        dry_run: true,
      };
      if (ctx.json) ctx.print(summary);
      else ctx.warn(`Would import ${source.rows.length} issues and ${source.memories.size} memories from ${named}`);
      return;
    }
    await ctx.found();
    const act = await ctx.act();
    const options = { dedup: args.flag("dedup") };
    const done = await ctx.write(act, (snapshot) => importRows(snapshot, act, source, options));
    if (ctx.json) {
      ctx.print({
        source: named,
        created: done.ids.length,
        skipped: done.unchanged + done.stale.length,
        ...(done.memories === 0 ? {} : { memories: done.memories }),
        ...(done.ids.length === 0 ? {} : { ids: done.ids }),
        ...(done.stale.length === 0 ? {} : { stale_skipped_ids: done.stale }),
        ...(done.droppedEdges.length === 0 ? {} : { skipped_dependencies: done.droppedEdges }),
      });
      return;
    }
    for (const edge of done.droppedEdges) ctx.warn(`Warning: dropped dependency ${edge}: no such issue`);
    const memories = done.memories === 0 ? "" : ` and ${done.memories} memories`;
    const skipped = done.unchanged + done.stale.length;
    ctx.warn(
      `Imported ${done.ids.length} issues${memories} from ${named}${skipped === 0 ? "" : ` (${skipped} skipped)`}`,
    );
  },
};
