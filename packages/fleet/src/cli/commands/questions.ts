/** `fleet questions`: what agents ask and nobody has answered yet, and what they claim without proof. */
import { terminalWidth } from "@fleet/kit/width";
import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { askedRows } from "../../app/views/asked.ts";
import { openQuestions } from "../../app/views/questions.ts";
import { rowText } from "../../app/words.ts";
import { askedText } from "../screens/asked-rows.ts";
import { type Command, flag, json } from "./command.ts";

export const questions: Command = {
  options: {},
  examples: [
    ["fleet questions", "who asks what, since when"],
    ['fleet answer fleet-3f1 "8080"', "answers it"],
    ["fleet approve fleet-3f1", "takes what its attempt claims to have done"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const [questions, asked] = [openQuestions(fleet), askedRows(fleet)];
    const [now, width] = [io.now(), terminalWidth(io)];
    const shown = [
      ...questions.map((row) => rowText(row, now, width)),
      ...asked.map((row) => askedText(row, now, width)),
    ];
    if (flag(args, "json")) io.out(json({ questions, asked }));
    else io.out(shown.length === 0 ? "No open questions.\n" : shown.join("\n"));
    return EXIT.ok;
  },
};
