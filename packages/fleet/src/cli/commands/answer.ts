/** `fleet answer`: a person's answer to what an agent asked. */
import { clip } from "@fleet/kit/text";

import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { answer as answerQuestion, type AnswerGiven } from "../../app/operations/answer.ts";
import { stdinText } from "../../app/stdin.ts";
import { waitText } from "../../app/waiting-words.ts";
import { type Command, flag, json, text, texts } from "./command.ts";

export const answer: Command = {
  options: {
    question: { alias: "q", type: "number", describe: "which of the task's questions, where several are open" },
  },
  examples: [
    ['fleet answer fleet-3f1 "8080"', "the next prompt has question and answer, and the coder's session is resumed"],
    ["fleet answer fleet-3f1 - < decision.md", "a long one, from standard input"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const words = texts(args, "text").join(" ");
    const said = words === "-" ? await stdinText(io) : words;
    const n = typeof args["question"] === "number" ? args["question"] : undefined;
    const given = await answerQuestion(fleet, { task: text(args, "id") ?? "", text: said, n });
    io.out(flag(args, "json") ? json(given) : answerText(given));
    return EXIT.ok;
  },
};

function answerText(given: AnswerGiven): string {
  const { id, elsewhere, reaches, supervised, open } = given;
  const start = reaches !== "later" && !supervised && !elsewhere ? "No supervisor is running: fleet run start\n" : "";
  const other = elsewhere ? " It runs in another home: fleet sync." : "";
  return `${id}: ${inWords(given)}${other}\n${ownWordsText(given)}${start}${waitText(open)}`;
}

/** It may be meant, or a typing error. */
function ownWordsText({ is_option, options, answer: said, reaches }: AnswerGiven): string {
  if (is_option !== false) return "";
  // An answer that the agent has already read can't be withdrawn.
  const back = reaches === "queue" || reaches === "more" ? "; to take it back: fleet bd undo" : "";
  return `${JSON.stringify(clip(said, 60))} is none of the options (${options.join(" / ")}); the agent gets it as it is${back}\n`;
}

function inWords({ reaches, title }: AnswerGiven): string {
  switch (reaches) {
    case "asker":
      return "answered; the agent was waiting, and continues.";
    case "queue":
      return `answered, and back in the queue: ${title}`;
    case "ending":
      return "answered; it goes back to the queue as soon as the attempt that asked has ended.";
    case "more":
      return "answered; it asks more.";
    case "later":
      return "too late for the agent that asked; the next prompt has it.";
  }
}
