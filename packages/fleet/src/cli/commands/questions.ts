/** `fleet questions`: agents' open questions, and claims without proof. */
import { terminalWidth } from "@fleet/kit/width";
import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { askedRows } from "../../app/views/asked.ts";
import { openQuestions } from "../../app/views/questions.ts";
import { askedLines } from "../screens/asked-rows.ts";
import { colours } from "../style.ts";
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
    const screen = { c: colours(io), now: io.now(), width: terminalWidth(io) };
    if (flag(args, "json")) io.out(json({ questions, asked }));
    else if (questions.length + asked.length === 0) io.out("No open questions.\n");
    else io.out(askedLines(questions, asked, screen).join("\n"));
    return EXIT.ok;
  },
};
