import { BEADS_VERSION } from "../version.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "version",
  summary: "Print version information",
  examples: ["version", "version --json"],
  run: (ctx) => {
    if (ctx.json) ctx.print({ version: BEADS_VERSION, build: "fleet" });
    else ctx.say(`bd version ${BEADS_VERSION} (fleet)`);
  },
};
