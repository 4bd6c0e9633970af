/** `fleet log`: what the supervisor and people did. */
import { printableJson } from "@fleet/kit/printable";

import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { follow } from "../../app/views/activity.ts";
import { eventText } from "../event-text.ts";
import { type Command, flag } from "./command.ts";

export const log: Command = {
  options: { follow: { alias: "f", type: "boolean", describe: "go on as more comes" } },
  examples: [["fleet log -f", "watch the fleet"]],
  run: async (io, args) => {
    const { home } = openFleet(io);
    const asJson = flag(args, "json");
    const until = { goOn: () => flag(args, "follow"), stop: io.interrupted };
    for await (const event of follow(home, { since: { kind: "beginning" } }, until))
      io.out(`${asJson ? printableJson(JSON.stringify(event)) : eventText(event)}\n`);
    return EXIT.ok;
  },
};
