import { BEADS_VERSION } from "../version.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "context",
  summary: "Show the home, prefix and actor that commands here use",
  examples: ["context", "context --json"],
  run: async (ctx) => {
    const { prefix } = ctx.snapshot().meta;
    const { actor } = await ctx.act();
    const shown = {
      beads_dir: ctx.home,
      repo_root: ctx.home,
      is_redirected: false,
      is_worktree: false,
      backend: "git",
      database: prefix,
      data_dir: ctx.store().gitDir,
      role: actor,
      bd_version: BEADS_VERSION,
    };
    if (ctx.json) ctx.print(shown);
    else ctx.say(`home: ${ctx.home}\nprefix: ${prefix}\nactor: ${actor}\nbackend: git (${shown.data_dir})`);
  },
};
