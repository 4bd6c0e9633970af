/** `fleet explain ID`: why a task does not start, what would change that, and when. */
import { terminalWidth } from "@fleet/kit/width";
import { find } from "@fleet/store/ops/find";

import { EXIT } from "../../app/errors.ts";
import { explanation } from "../../app/views/explain.ts";
import { settingsInForce } from "../../settings/in-force.ts";
import { explanationLines } from "../screens/explanation.ts";
import { colours } from "../style.ts";
import { type Command, flag, json, openHome, text } from "./command.ts";

export const explain: Command = {
  options: {},
  examples: [
    ["fleet explain fleet-3f", "one reason, and the commands that change it"],
    ["fleet explain fleet-3f --json", "the same for programs: why.kind is one of docs/explain.md"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const snapshot = store.snapshot();
    const issue = find(snapshot, text(args, "id") ?? "");
    const told = explanation(home, snapshot, settingsInForce(home, store), io.now(), issue);
    const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
    io.out(flag(args, "json") ? json(told) : `${explanationLines(told, screen).join("\n")}\n`);
    return EXIT.ok;
  },
};
