/** `fleet stats --evidence`: at which grade tasks closed, and how many were sent back. (Without the flag main.ts runs `bd stats`.) */
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { evidenceStats } from "../../app/views/evidence-stats.ts";
import { evidenceLines } from "../screens/evidence-table.ts";
import { colours } from "../style.ts";
import { type Command, flag, json } from "./command.ts";

export const stats: Command = {
  options: {
    evidence: { type: "boolean", describe: "at which grade tasks were closed, by coder and project" },
  },
  examples: [
    ["fleet stats --evidence", "how much each coder's work was worth"],
    ["fleet stats", "how many issues are open, blocked, closed: fleet bd stats"],
  ],
  run: async (io, args) => {
    if (!flag(args, "evidence")) throw new CommandError("which statistics?", "fleet stats --evidence", EXIT.usage);
    const view = evidenceStats(openFleet(io));
    if (flag(args, "json")) io.out(json(view));
    else {
      const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
      io.out(`${evidenceLines(view, screen).join("\n")}\n`);
    }
    return EXIT.ok;
  },
};
