/** `fleet answer`: a person's answer to what an agent asked. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import { find } from "@fleet/store/ops/find";
import { answer as answerQuestion, type Answered } from "@fleet/store/ops/answer";

import { identity } from "../../bd/actor.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { waitText } from "../../attempts/questions/describe.ts";
import { openHere, openIn } from "../../attempts/questions/open.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { uuid7 } from "@fleet/kit/uuid";
import { stdinText } from "../../app/stdin.ts";
import { always, type Command, flag, json, openHome, text, texts } from "./command.ts";

export const answer: Command = {
  forPerson: always,
  takesWords: true,
  options: {
    question: { alias: "q", type: "number", describe: "which of the task's questions, where several are open" },
  },
  examples: [
    ['fleet answer fleet-3f1 "8080"', "the next prompt has question and answer, and the coder's session goes on"],
    ["fleet answer fleet-3f1 - < decision.md", "a long one, from standard input"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const words = texts(args, "text").join(" ");
    const said = words === "-" ? await stdinText(io) : words;
    if (said.trim() === "") throw new CommandError("an answer needs words", 'fleet answer ID "…"', EXIT.usage);
    const { actor, email } = await identity(io, undefined, true);
    const act = { actor, now: io.now(), uuid: uuid7, ...(email === undefined ? {} : { email }) };
    const n = typeof args["question"] === "number" ? args["question"] : undefined;
    const id = text(args, "id") ?? "";
    const asked = find(store.snapshot(), id);
    const heard = openHere(home, asked, act.now);
    const put = await store.transact(act, (snapshot) => answerQuestion(snapshot, act, { id, text: said, n }));
    const done: Answered =
      put.reaches === "asker" && !heard.some((one) => one.n === put.n) ? { ...put, reaches: "later" } : put;
    if (flag(args, "json")) {
      const { issue, question, reaches } = done;
      io.out(
        json({
          id: issue.id,
          n: done.n,
          question: question.text,
          answer: question.answer?.text ?? null,
          status: issue.status,
          reaches,
        }),
      );
      return EXIT.ok;
    }
    const elsewhere = isElsewhere(done.issue, homeId(store.gitDir)) && heldBy(done.issue) !== undefined;
    io.out(`${done.issue.id}: ${inWords(done)}${elsewhere ? " It runs in another home: fleet sync." : ""}\n`);
    if (done.reaches !== "later" && leaderOf(home).kind === "none" && !elsewhere)
      io.out("No supervisor runs: fleet run start\n");
    io.out(waitText(openIn(store, act.now).length));
    return EXIT.ok;
  },
};

function inWords({ reaches, issue }: Answered): string {
  switch (reaches) {
    case "asker":
      return "answered; the agent waits for it and goes on now.";
    case "queue":
      return `answered, and back in the queue: ${issue.title}`;
    case "ending":
      return "answered; it goes back to the queue as soon as the attempt that asked has ended.";
    case "more":
      return "answered; it asks more.";
    case "later":
      return "nobody waits for this answer any more; it stands in the next prompt.";
  }
}
