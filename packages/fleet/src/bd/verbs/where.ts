import { homeExists } from "@fleet/store/home";

import { Exit } from "../errors.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "where",
  summary: "Show where issues are stored",
  examples: ["where", "where --json"],
  run: (ctx) => {
    if (!homeExists(ctx.home)) {
      const message = "No active beads workspace found.";
      const hint = "run 'fleet init' (or 'fleet bd init'), or set FLEET_HOME or BEADS_DIR";
      if (ctx.json) ctx.print({ error: "no_beads_directory", message, hint });
      ctx.warn(`Error: ${message}\nHint: ${hint}`);
      throw new Exit(1);
    }
    const { prefix } = ctx.snapshot().meta;
    const { gitDir } = ctx.store();
    if (ctx.json) ctx.print({ path: ctx.home, prefix, database_path: gitDir });
    else ctx.say(`${ctx.home}\n  prefix: ${prefix}\n  database: ${gitDir}`);
  },
};
