/** `fleet approve`: a person accepts an attempt's claim, and the task closes. */
import { openFleet } from "../../app/open.ts";
import { type Approved, approve as approveTask } from "../../app/operations/approve.ts";
import { type Command, text } from "./command.ts";
import { each } from "./each.ts";

export const approve: Command = {
  options: { message: { alias: "m", type: "string", describe: "why, kept as a comment" } },
  examples: [
    ["fleet approve fleet-3f1", "the work is good: the task closes in your name"],
    ['fleet approve fleet-3f1 -m "nothing had to change"', "with a word on why"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const words = text(args, "message") ?? "";
    return await each(io, args, async (id) => await approveTask(fleet, id, words), approvedText);
  },
};

export const approvedText = ({ id, title, status }: Approved): string =>
  status === "closed" ? `${id} is closed: ${title}\n` : `${id} is approved, and closes once it has landed: ${title}\n`;
