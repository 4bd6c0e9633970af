import type { Verb } from "../verb.ts";

/** Removed in bd 1.0; scripts for classic beads still call it, with various flags. */
export const verb: Verb = {
  usage: "sync",
  summary: "Nothing to do: every change is recorded at once",
  examples: ["sync"],
  flags: Object.fromEntries(
    [
      "flush-only",
      "import-only",
      "dry-run",
      "no-push",
      "no-pull",
      "from-main",
      "status",
      "squash",
      "force",
      "full",
      "accept-rebase",
      "check",
    ].map((name) => [name, { type: "bool" as const, hidden: true, help: "Ignored" }]),
  ),
  run: (ctx) => {
    if (ctx.json) ctx.print({ status: "ok", message: "nothing to sync" });
    else ctx.say("✓ Nothing to sync: every change is a commit in the home. Between machines: fleet sync");
  },
};
