/** `fleet gc`: what old attempts take up, and taking it away. Without --yes it only shows. */
import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { duration, parseDuration } from "@fleet/kit/duration";
import { CommandError, EXIT } from "../../app/errors.ts";
import { type Choice, choose, mayGo, type Retention } from "../../engine/core/retention.ts";
import { removeAttempt, sweepLeftovers } from "../../attempts/records/removal.ts";
import { scan } from "../../engine/shell/retention.ts";
import { parseSize, sizeText } from "@fleet/kit/size";
import { table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";
import { colours } from "../style.ts";
import { type Args, type Command, flag, json, openHome, text } from "./command.ts";

export const gc: Command = {
  forPerson: (args) => flag(args, "yes"),
  options: {
    yes: { alias: "y", type: "boolean", describe: "do it" },
    "older-than": { type: "string", describe: "what ended longer ago (the setting keep_for)" },
    "keep-size": {
      type: "string",
      describe: "the oldest too, until no more than this is left (the setting keep_size)",
    },
  },
  examples: [
    ["fleet gc", "what would go, with sizes; nothing is touched"],
    ["fleet gc --older-than 7d --yes", "take away what ended more than a week ago"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const retention = retentionOf(args, home);
    const isDoing = flag(args, "yes");
    const kept = scan(home, store.snapshot());
    const chosen = choose(kept, retention, io.now());
    const done = isDoing ? chosen.filter((choice) => removed(choice)) : chosen;
    if (isDoing) sweepLeftovers(home);
    const sum = (all: readonly { readonly bytes: number }[]): number =>
      all.reduce((total, { bytes }) => total + bytes, 0);
    const going = sum(done.map(({ attempt }) => attempt));
    if (flag(args, "json")) {
      const attempts = done.map(({ attempt: { task, name, bytes, endedAt }, why }) => ({
        task,
        attempt: name,
        bytes,
        ended_at: new Date(endedAt ?? 0).toISOString(),
        why,
      }));
      io.out(
        json({ removed: isDoing, attempts, bytes: going, total_bytes: sum(kept), kept: kept.length - done.length }),
      );
      return EXIT.ok;
    }
    const rows = done.map(({ attempt: { task, name, bytes, endedAt }, why }) => [
      task,
      `attempt ${name}`,
      sizeText(bytes),
      `ended ${duration(io.now() - (endedAt ?? 0))} ago`,
      why === "age" ? "old" : "too much",
    ]);
    const lines = table(rows, { width: terminalWidth(io) });
    const bound = kept.filter((one) => !mayGo(one)).length;
    const all = `${kept.length} attempts take ${sizeText(sum(kept))}; ${bound} of them are open, held, not settled or the last word on a task that waits, and stay.`;
    const verdict =
      done.length === 0
        ? "Nothing is to go."
        : isDoing
          ? `Taken away: ${done.length} attempts, ${sizeText(going)}.`
          : `Would go: ${done.length} attempts, ${sizeText(going)}. Do it: fleet gc --yes`;
    io.out([...lines, colours(io).dim(all), verdict, ""].join("\n"));
    return EXIT.ok;

    /** Looked at once more, right before: somebody may have opened the task again. */
    function removed({ attempt }: Choice): boolean {
      const now = scan(home, store.snapshot(), attempt.task).find(({ name }) => name === attempt.name);
      if (now === undefined || !mayGo(now)) return false;
      removeAttempt(home, attempt.task, attempt.name);
      return true;
    }
  },
};

function retentionOf(args: Args, home: string): Retention {
  const read = readConfig(home);
  const config = read.ok ? read.config : DEFAULTS;
  const [older, size] = [text(args, "older-than"), text(args, "keep-size")];
  const age = older === undefined ? config.keep_for : parseDuration(older);
  if (age === undefined)
    throw new CommandError(`not a duration: ${older ?? ""}`, "fleet gc --older-than 7d", EXIT.usage);
  const bytes = size === undefined ? config.keep_size : parseSize(size);
  if (size !== undefined && bytes === undefined)
    throw new CommandError(`not a size: ${size}`, "fleet gc --keep-size 5GB", EXIT.usage);
  return { age, size: bytes };
}
