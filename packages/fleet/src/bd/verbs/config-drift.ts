import { drifts } from "../drift.ts";
import { configOf } from "../settings.ts";
import type { Verb } from "../verb.ts";

const MARKS = { ok: "✓", drift: "✗", info: "ℹ" } as const;

export const verb: Verb = {
  usage: "drift",
  summary: "Compare the configuration with what is there",
  about:
    "federation.remote with the remote origin of the home. Exit code 1 when they differ; bd config apply mends it.",
  examples: ["config drift", "config drift --json"],
  run: (ctx) => {
    const found = drifts(ctx.store().gitDir, configOf(ctx.snapshot().meta));
    if (ctx.json) ctx.print(found);
    else
      for (const { check, status, message, expected, actual } of found) {
        ctx.say(`  ${MARKS[status]} ${check}: ${message}`);
        if (expected !== undefined) ctx.say(`      expected: ${expected}\n      actual:   ${actual ?? ""}`);
      }
    return found.some(({ status }) => status === "drift") ? 1 : 0;
  },
};
