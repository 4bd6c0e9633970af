import type { Verb } from "../verb.ts";

/** Called by git hooks that bd once installed: `bd hooks run …` has to succeed, and does nothing. */
export const verb: Verb = {
  usage: "hooks [command...]",
  summary: "Git hooks: none are needed",
  examples: ["hooks list"],
  flags: Object.fromEntries(
    ["force", "shared", "chain", "beads"].map((name) => [
      name,
      { type: "bool" as const, hidden: true, help: "Ignored" },
    ]),
  ),
  run: (ctx, args) => {
    if (args.positionals[0] === "run") return;
    if (ctx.json) ctx.print({ hooks: [], message: "no hooks are needed" });
    else ctx.say("No hooks are needed: every change is recorded at once, and nothing is written into the project.");
  },
};
