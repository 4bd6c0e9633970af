/** `fleet ask`: an agent asks a person, from inside its attempt; it stops, or waits for the answer. */
import { join } from "node:path";

import { parseDuration } from "@fleet/kit/duration";
import { nameProcess } from "@fleet/kit/process/title";
import { shellWord } from "@fleet/kit/shell";

import { CommandError, EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { ask as askPerson } from "../../app/operations/ask.ts";
import { agentsPath, noAnswerText } from "../../app/words.ts";
import { type Args, type Command, flag, json, text, texts } from "./command.ts";

export const ask: Command = {
  options: {
    option: { alias: "o", type: "string", array: true, describe: "an answer to choose from; repeat it" },
    wait: { alias: "w", type: "string", describe: "wait this long for the answer (10m), print it, and keep working" },
    again: { type: "boolean", describe: "ask although the very same question was answered before" },
  },
  examples: [
    ['fleet ask "Which port?" --option 8080 --option 9090', "blocks the task until a person answers; stop then"],
    ['port=$(fleet ask "Which port?" --wait 10m)', "the answer on standard output; exit 4: there is none"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const waitMs = waitGiven(args);
    const question = texts(args, "question").join(" ");
    const options = args["option"] === undefined ? undefined : texts(args, "option");
    // Other agents may stop their own servers by `pkill node`; another process title keeps this wait from being killed with them.
    if (waitMs !== undefined) nameProcess("ask");
    // A coder may kill a tool call that takes too long: then the person has to know that no one waits any more.
    const ended = new AbortController();
    if (waitMs !== undefined) io.onInterrupt?.(["SIGTERM", "SIGINT", "SIGHUP"], () => ended.abort());
    const asked = { text: question, options, waitMs, again: flag(args, "again") };
    const result = await askPerson(fleet, asked, { stop: ended.signal });
    const { answer, id } = result.question;
    if (flag(args, "json"))
      io.out(
        json({
          kind: result.kind,
          question: id,
          n: result.n,
          answer: answer?.text ?? null,
          is_option: result.is_option,
          by: answer?.by ?? null,
        }),
      );
    else if (answer !== undefined) io.out(`${answer.text}\n`);
    if (answer !== undefined) return EXIT.ok;
    io.err(noAnswerText(result, `${join(agentsPath(fleet.home), "fleet")} ask ${shellWord(question.trim())}`));
    return EXIT.unanswered;
  },
};

/** `--wait` without a duration waits ten minutes. */
const DEFAULT_WAIT = "10m";

function waitGiven(args: Args): number | undefined {
  const written = text(args, "wait");
  if (written === undefined) return undefined;
  const millis = parseDuration(written === "" ? DEFAULT_WAIT : written);
  if (millis !== undefined && millis > 0) return millis;
  throw new CommandError(
    `not a duration: ${JSON.stringify(written)} (write 90s, 10m, 2h)`,
    'fleet ask "…" --wait 10m',
    EXIT.usage,
  );
}
