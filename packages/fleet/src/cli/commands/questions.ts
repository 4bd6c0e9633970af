/** `fleet questions`: what agents ask and nobody has answered yet. */
import { EXIT } from "../../app/errors.ts";
import { rowText } from "../../attempts/questions/describe.ts";
import { openIn } from "../../attempts/questions/open.ts";
import { type Command, flag, json, openHome } from "./command.ts";

export const questions: Command = {
  options: {},
  examples: [
    ["fleet questions", "who asks what, since when"],
    ['fleet answer fleet-3f1 "8080"', "answers it"],
  ],
  run: async (io, args) => {
    const { store } = openHome(io);
    const now = io.now();
    const rows = openIn(store, now);
    if (flag(args, "json")) io.out(json(rows));
    else if (rows.length === 0) io.out("Nobody asks anything.\n");
    else io.out(rows.map((row) => rowText(row, now)).join("\n"));
    return EXIT.ok;
  },
};
