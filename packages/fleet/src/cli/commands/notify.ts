/** `fleet notify`: lists the notification channels, tests them, and delivers for the supervisor. */
import { type Cell, table } from "@fleet/kit/table";
import { localTimes, moment } from "@fleet/kit/when";
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { sendCalls, type Sending, type Tested, testChannels } from "../../app/operations/notify.ts";
import { type ChannelRow, channelsView } from "../../app/views/channels.ts";
import { called } from "../../app/waiting-words.ts";
import { type Colours, colours, painted } from "../style.ts";
import { type Command, flag, json, text } from "./command.ts";

const ACTIONS = ["show", "test", "send"] as const;

export const notify: Command = {
  forPerson: (args) => ["test", "send"].includes(text(args, "action") ?? ""),
  choices: { action: ACTIONS },
  alone: ["show", "send"],
  options: {},
  examples: [
    ["fleet config set 'notify.me={desktop: true, quiet: 22:00-07:00}'", "call me on this desktop"],
    ["fleet notify", "the channels, and whether they work"],
    ["fleet notify test me", "a test of one of them"],
    ["fleet notify send", "what is due; the supervisor does that"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const [action, channel] = [text(args, "action") ?? "show", text(args, "channel")];
    const isJson = flag(args, "json");
    switch (action) {
      case "show": {
        const view = await channelsView(fleet);
        const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
        io.out(isJson ? json(view) : `${channelLines(view.channels, screen).join("\n")}\n`);
        return EXIT.ok;
      }
      case "test": {
        const tested = await testChannels(fleet, channel);
        io.out(isJson ? json({ tested }) : testedText(tested));
        return tested.every(({ error }) => error === null) ? EXIT.ok : EXIT.failed;
      }
      case "send": {
        const done = await sendCalls(fleet);
        io.out(isJson ? json(done) : sentText(done));
        return EXIT.ok;
      }
      default:
        throw new CommandError(`unknown action ${action}`, `fleet notify [${ACTIONS.join("|")}]`, EXIT.usage);
    }
  },
};

interface Screen {
  readonly c: Colours;
  readonly width: number;
  readonly now: number;
}

function channelLines(channels: readonly ChannelRow[], { c, width, now }: Screen): string[] {
  if (channels.length === 0) return ["No channels: fleet config set 'notify.me={desktop: true}'"];
  const rows = channels.map((row): Cell[] => [
    called(row.name),
    row.way,
    row.events?.join(", ") ?? "everything",
    row.projects?.join(", ") ?? "",
    row.quiet ?? "",
    row.trouble === null ? painted("ok", c.green) : painted("failed", c.red),
    row.trouble === null ? "" : `${localTimes(row.trouble, now)}${againText(row, now)}: fleet notify test ${row.name}`,
  ]);
  const head = ["CHANNEL", "BY", "FOR", "PROJECTS", "QUIET", "STATE", "WHY"];
  return table(rows, { width, head, paintHead: c.dim });
}

const againText = ({ again }: ChannelRow, now: number): string =>
  again === null ? "" : ` (again at ${moment(Date.parse(again), now)})`;

const testedText = (tested: readonly Tested[]): string =>
  tested.map(({ channel, error }) => `${channel}: ${error ?? "sent"}\n`).join("");

function sentText({ sent, changes }: Sending): string {
  const failed = changes.filter(({ kind }) => kind === "trouble");
  if (sent.length === 0 && failed.length === 0) return "Nothing is due.\n";
  return [
    ...sent.map(({ channel, title }) => `${channel}: ${title}\n`),
    ...failed.map(({ channel, text: why }) => `${channel}: ${why}\n`),
  ].join("");
}
