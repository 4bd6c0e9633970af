/** `fleet pr [ID...]`: opens, updates and checks pull requests of accepted work. */
import { openFleet } from "../../app/open.ts";
import { openPulls, pull as pullTask, type Pulled } from "../../app/operations/pull.ts";
import { EXIT } from "../../app/errors.ts";
import { type Command, flag, json, texts } from "./command.ts";
import { each } from "./each.ts";

export const pr: Command = {
  options: { draft: { type: "boolean", describe: "open it as a draft (default: the setting pr_draft)" } },
  examples: [
    ["fleet pr fleet-3f1", "opens or updates it, and brings comments back"],
    ["fleet pr", "checks all that are open"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const named = texts(args, "id");
    const ids = named.length > 0 ? named : await openPulls(fleet);
    if (ids.length === 0) {
      io.out(flag(args, "json") ? json({ done: [], errors: [] }) : "No pull requests are open.\n");
      return EXIT.ok;
    }
    const draft = flag(args, "draft") ? true : undefined;
    return await each(io, args, async (id) => await pullTask(fleet, id, draft), pulledText, ids);
  },
};

export const pulledText = ({ id, title, url, what }: Pulled): string => `${id} ${url}: ${what} (${title})\n`;
