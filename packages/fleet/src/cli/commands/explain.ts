/** `fleet explain ID`: why a task does not start, what would change that, and when. */
import { terminalWidth } from "@fleet/kit/width";

import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { explanation } from "../../app/views/explain.ts";
import { explanationLines } from "../screens/explanation.ts";
import { colours } from "../style.ts";
import { type Command, flag, json, text } from "./command.ts";

export const explain: Command = {
  options: {},
  examples: [
    ["fleet explain fleet-3f", "one reason, and the commands that change it"],
    ["fleet explain fleet-3f --json", "the same for programs: why.kind is one of docs/explain.md"],
  ],
  run: async (io, args) => {
    const told = await explanation(openFleet(io), text(args, "id") ?? "");
    const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
    io.out(flag(args, "json") ? json(told) : `${explanationLines(told, screen).join("\n")}\n`);
    return EXIT.ok;
  },
};
