/** `fleet questions`: what agents ask and nobody has answered yet. */
import { terminalWidth } from "@fleet/kit/width";
import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { openQuestions } from "../../app/views/questions.ts";
import { rowText } from "../../app/words.ts";
import { type Command, flag, json } from "./command.ts";

export const questions: Command = {
  options: {},
  examples: [
    ["fleet questions", "who asks what, since when"],
    ['fleet answer fleet-3f1 "8080"', "answers it"],
  ],
  run: async (io, args) => {
    const questions = openQuestions(openFleet(io));
    if (flag(args, "json")) io.out(json({ questions }));
    else if (questions.length === 0) io.out("No open questions.\n");
    else io.out(questions.map((row) => rowText(row, io.now(), terminalWidth(io))).join("\n"));
    return EXIT.ok;
  },
};
