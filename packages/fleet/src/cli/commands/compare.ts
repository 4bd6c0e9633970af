/** `fleet compare ID…`: the attempts of one or more tasks side by side. */
import { attemptRows } from "../../app/views/compare.ts";
import { openFleet } from "../../app/open.ts";
import { EXIT } from "../../app/errors.ts";
import { terminalWidth } from "@fleet/kit/width";
import { compareLines } from "../screens/compare-table.ts";
import { colours } from "../style.ts";
import { type Command, flag, json, texts } from "./command.ts";

export const compare: Command = {
  options: {},
  examples: [
    ["fleet compare fleet-3f1", "the attempts of one task"],
    ["fleet compare fleet-3f1 fleet-a7c", "the same work, given to two coders"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const { home } = fleet;
    const ids = texts(args, "id").map((argument) => fleet.find(argument).id);
    const { config } = await fleet.settings();
    const rows = (
      await Promise.all(ids.map(async (id) => await attemptRows({ home, config, env: io.env, now: io.now() }, id)))
    ).flat();
    if (flag(args, "json")) io.out(json({ attempts: rows }));
    else if (rows.length === 0) io.out(`${ids.join(", ")}: not started yet.\n`);
    else {
      const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
      io.out(`${compareLines(rows, screen).join("\n")}\n`);
    }
    return EXIT.ok;
  },
};
