import type { Verb } from "../verb.ts";

const SNIPPET = `## Issue tracking

This project keeps its work in **bd** (beads). Run \`bd prime\` for the whole workflow.

- \`bd ready\` — what can be worked on
- \`bd create "Title" -t task -p 2\` — a new issue
- \`bd update <id> --claim\` — take it
- \`bd close <id> --reason "…"\` — finish it
`;

export const verb: Verb = {
  usage: "onboard",
  summary: "Print a short text for AGENTS.md",
  run: (ctx) => {
    ctx.say(
      "Put this into AGENTS.md or CLAUDE.md, if you want agents to know of the queue (nothing is written for you):\n",
    );
    ctx.say(SNIPPET);
    ctx.say("Or let a session hook run: bd prime");
  },
};
