/** `fleet log`: events of the supervisor and of people: the latest, or those selected by flags. */
import { parseDuration } from "@fleet/kit/duration";
import { printableJson } from "@fleet/kit/printable";
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { type ActivityQuery, follow, JOURNAL_EVENTS, type JournalEvent, timeOf } from "../../app/views/activity.ts";
import { ActivityLines } from "../activity.ts";
import { colours } from "../style.ts";
import { oneOf } from "../one-of.ts";
import { type Args, type Command, flag, text, texts } from "./command.ts";

/** About two screens. */
const FIRST = 50;

export const log: Command = {
  values: { event: JOURNAL_EVENTS },
  options: {
    lines: { alias: "n", type: "number", describe: "so many of the last lines (default 50), 0 for all" },
    since: { type: "string", describe: "from then on: 1h, 2d, or a date and time" },
    event: { type: "string", array: true, describe: "only these events, with commas: failed,blocked" },
    follow: { alias: "f", type: "boolean", describe: "keep printing new lines" },
  },
  examples: [
    ["fleet log -f", "watch the fleet"],
    ["fleet log fleet-3f1", "one task's"],
    ["fleet log --since 1h --event failed,blocked", "what went wrong lately"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const id = text(args, "id");
    const task = id === undefined ? undefined : fleet.find(id).id;
    const asJson = flag(args, "json");
    const query: ActivityQuery = { since: sinceOf(args, io.now(), asJson), task, events: eventsOf(args) };
    const lines = new ActivityLines(colours(io), terminalWidth(io), io.now());
    let count = 0;
    for await (const event of follow(fleet.home, query, { goOn: () => flag(args, "follow"), stop: io.interrupted })) {
      count++;
      io.out(asJson ? `${printableJson(JSON.stringify(event))}\n` : lines.of(event, io.now()));
    }
    const isNarrowed = task !== undefined || query.events !== undefined || text(args, "since") !== undefined;
    if (count === 0 && !asJson)
      io.err(isNarrowed ? "(nothing; all there is: fleet log -n 0)\n" : "(nothing happened yet: fleet run start)\n");
    return EXIT.ok;
  },
};

/** With --json there is no limit unless one is given. */
function sinceOf(args: Args, now: number, asJson: boolean): ActivityQuery["since"] {
  const [since, lines] = [text(args, "since"), text(args, "lines")];
  if (since !== undefined && lines !== undefined)
    throw new CommandError("-n and --since are two ways to say where to begin", "fleet log --since 1h", EXIT.usage);
  if (since !== undefined) return { kind: "time", at: timeGiven(since, now) };
  const count = lines === undefined ? (asJson ? 0 : FIRST) : Number(lines);
  if (!Number.isInteger(count) || count < 0)
    throw new CommandError(`not a number of lines: ${lines ?? ""}`, "fleet log -n 20", EXIT.usage);
  return count === 0 ? { kind: "beginning" } : { kind: "last", count };
}

function eventsOf(args: Args): readonly JournalEvent[] | undefined {
  const words = texts(args, "event").flatMap((given) => given.split(","));
  return words.length === 0
    ? undefined
    : words.map((word) => oneOf(JOURNAL_EVENTS, word.trim(), "event", "fleet log --event"));
}

/** A time, or a duration back from now; a bare number is ambiguous and refused. */
function timeGiven(written: string, now: number): number {
  const ago = /^\d+$/.test(written) ? undefined : parseDuration(written);
  const at = ago === undefined ? localTime(written) : now - ago;
  if (at !== undefined) return at;
  throw new CommandError(`neither a duration nor a time: ${written}`, "fleet log --since 1h", EXIT.usage);
}

/** Like the printed times: local, unless it names a zone. */
function localTime(written: string): number | undefined {
  const at = timeOf(written);
  if (at === undefined || /(?:Z|[+-]\d\d:\d\d)$/i.test(written)) return at;
  return Date.parse(written.length === 10 ? `${written}T00:00` : written.replace(" ", "T"));
}
