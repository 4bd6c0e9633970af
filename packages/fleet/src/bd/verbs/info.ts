import { FORMAT } from "@fleet/store/meta";

import { BEADS_VERSION } from "../version.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "info",
  summary: "Show what is stored where, and how much",
  examples: ["info", "info --json"],
  flags: {
    schema: { type: "bool", hidden: true, help: "Ignored" },
    "whats-new": { type: "bool", hidden: true, help: "Ignored" },
    thanks: { type: "bool", hidden: true, help: "Ignored" },
  },
  run: (ctx) => {
    const snapshot = ctx.snapshot();
    const { gitDir } = ctx.store();
    const count = snapshot.live.size + snapshot.closedCount;
    const { prefix } = snapshot.meta;
    if (ctx.json)
      ctx.print({
        database_path: gitDir,
        mode: "direct",
        issue_count: count,
        prefix,
        format: FORMAT,
        tip: snapshot.tip,
      });
    else {
      const lines = [
        `Database: ${gitDir}`,
        "Mode: direct",
        "",
        `Issue Count: ${count}`,
        `Prefix: ${prefix}`,
        `Compatible with: bd ${BEADS_VERSION}`,
      ];
      ctx.say(`\nBeads Database Information\n==========================\n${lines.join("\n")}\n`);
    }
  },
};
