import { SNIPPET } from "../recipes.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "onboard",
  summary: "Print a short text for AGENTS.md",
  examples: ["onboard"],
  run: (ctx) => {
    ctx.say(
      "Put this into AGENTS.md or CLAUDE.md, if you want agents to know of the queue (nothing is written for you):\n",
    );
    ctx.say(SNIPPET);
    ctx.say("Or let a session hook run: fleet bd prime");
  },
};
