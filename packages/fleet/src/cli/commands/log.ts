/** `fleet log`: what the supervisor did. */
import { EXIT } from "../../app/errors.ts";
import { follow } from "@fleet/kit/follow";
import { printableJson } from "@fleet/kit/printable";
import { decodeEntry, formatEntry, journalPath } from "../../engine/shell/state/journal.ts";
import { type Command, flag, openHome } from "./command.ts";

export const log: Command = {
  options: { follow: { alias: "f", type: "boolean", describe: "go on as more comes" } },
  examples: [["fleet log -f", "watch the fleet"]],
  run: async (io, args) => {
    const { home } = openHome(io);
    await follow({
      path: () => journalPath(home),
      line: (line) => {
        const entry = decodeEntry(line);
        if (entry !== undefined) io.out(flag(args, "json") ? `${printableJson(line)}\n` : `${formatEntry(entry)}\n`);
      },
      goOn: () => flag(args, "follow"),
      stop: io.interrupted,
    });
    return EXIT.ok;
  },
};
