/** `fleet gc`: deletes what old attempts left, once that was seen. */
import { duration, parseDuration } from "@fleet/kit/duration";
import { counted } from "@fleet/kit/figures";
import { shellWord } from "@fleet/kit/shell";
import { parseSize, sizeText } from "@fleet/kit/size";
import { table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { openFleet } from "../../app/open.ts";
import { type Collected, gc as collect } from "../../app/operations/gc.ts";
import { colours } from "../style.ts";
import { type Args, type Command, flag, json, text } from "./command.ts";

export const gc: Command = {
  options: {
    yes: { alias: "y", type: "boolean", describe: "delete it" },
    "older-than": { type: "string", describe: "what ended longer ago (the setting keep_for)" },
    "keep-size": {
      type: "string",
      describe: "the oldest too, until no more than this is left (the setting keep_size)",
    },
  },
  examples: [
    ["fleet gc", "what would be deleted, with sizes; nothing is touched"],
    ["fleet gc --older-than 7d --yes", "delete what ended more than a week ago"],
  ],
  run: async (io, args) => {
    const [age, size] = [ageGiven(args), sizeGiven(args)];
    const done = await collect(openFleet(io), { remove: flag(args, "yes"), age, size });
    io.out(flag(args, "json") ? json(done) : collectedText(io, done, lineOf(args)));
    return EXIT.ok;
  },
};

/** `line`: as it was asked for, which is what is to be done then. */
function collectedText(io: Io, done: Collected, line: string): string {
  const rows = done.attempts.map(({ task, attempt, bytes, ended_at, why }) => [
    task,
    `attempt ${attempt}`,
    sizeText(bytes),
    `ended ${duration(io.now() - Date.parse(ended_at))} ago`,
    why === "age" ? "old" : "too much",
  ]);
  const all = `${counted(done.total, "attempt")} take ${sizeText(done.total_bytes)}; ${done.bound} stay: open, running, or the newest of a task that waits.`;
  const these = `${counted(done.attempts.length, "attempt")}, ${sizeText(done.bytes)}`;
  const verdict =
    done.attempts.length === 0
      ? "Nothing to delete."
      : done.removed
        ? `Deleted ${these}.`
        : `Would delete ${these}. To delete: ${line} --yes`;
  return [...table(rows, { width: terminalWidth(io) }), colours(io).dim(all), verdict, ""].join("\n");
}

function lineOf(args: Args): string {
  const given = ["older-than", "keep-size"].flatMap((name) => {
    const value = text(args, name);
    return value === undefined ? [] : [`--${name} ${shellWord(value)}`];
  });
  return ["fleet gc", ...given].join(" ");
}

function ageGiven(args: Args): number | undefined {
  const written = text(args, "older-than");
  const age = written === undefined ? undefined : parseDuration(written);
  if (written !== undefined && age === undefined)
    throw new CommandError(`not a duration: ${written}`, "fleet gc --older-than 7d", EXIT.usage);
  return age;
}

function sizeGiven(args: Args): number | undefined {
  const written = text(args, "keep-size");
  const size = written === undefined ? undefined : parseSize(written);
  if (written !== undefined && size === undefined)
    throw new CommandError(`not a size: ${written}`, "fleet gc --keep-size 5GB", EXIT.usage);
  return size;
}
