/** `fleet coders`: which coders are installed. */
import { terminalWidth } from "@fleet/kit/width";

import { EXIT } from "../../app/errors.ts";
import { codersView } from "../../app/views/coders.ts";
import { coderLines } from "../screens/coders-table.ts";
import { colours } from "../style.ts";
import { type Command, flag, json } from "./command.ts";

export const coders: Command = {
  options: {},
  examples: [["fleet coders", "a missing one does not stop the others"]],
  run: async (io, args) => {
    const view = await codersView(io);
    if (view.warning !== null) io.err(`${view.warning}\n`);
    const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
    io.out(flag(args, "json") ? json(view) : `${coderLines(view.coders, screen).join("\n")}\n`);
    return EXIT.ok;
  },
};
