/** `fleet top`: the full screen; `--once` and `--json` print the same view once. */
import { terminalHeight, terminalWidth } from "@fleet/kit/width";

import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { lastLook } from "../../app/views/last-look.ts";
import { topView } from "../../app/views/top.ts";
import { seen, START } from "../../tui/state.ts";
import { view } from "../../tui/view.ts";
import { colours } from "../style.ts";
import { type Command, flag, json } from "./command.ts";

/** Printed output has a width and no height. */
const LINES = 500;

export const top: Command = {
  options: { once: { type: "boolean", describe: "print what it shows, once" } },
  examples: [
    ["fleet top", "what needs you, what runs, what is finished; ? shows the keys"],
    ["fleet top --once", "the same, printed"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    if (flag(args, "json") || flag(args, "once")) {
      const now = fleet.now();
      const shown = await topView(fleet, lastLook(fleet.home, now));
      if (flag(args, "json")) io.out(json(shown));
      else {
        const width = Math.min(terminalWidth(io), 200);
        const rows = io.isTerminal.stdout ? Math.max(LINES, terminalHeight(io)) : LINES;
        const { lines: all } = view(seen(START, shown), width, rows, { c: colours(io), now });
        // Without the two bottom lines, which are about keys.
        const lines = all.slice(0, -2);
        const last = lines.findLastIndex((line) => line.trim() !== "");
        io.out(
          `${lines
            .slice(0, last + 1)
            .map((line) => line.trimEnd())
            .join("\n")}\n`,
        );
      }
      return EXIT.ok;
    }
    const { top: seat } = await import("../../tui/top.ts");
    await seat(fleet, io);
    return EXIT.ok;
  },
};
