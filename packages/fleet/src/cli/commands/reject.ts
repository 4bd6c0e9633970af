/** `fleet reject`: sends an attempt's claim back with a remark on what is missing. */
import { counted } from "@fleet/kit/figures";

import { openFleet } from "../../app/open.ts";
import { reject as rejectTask, type Rejected } from "../../app/operations/reject.ts";
import { type Command, text } from "./command.ts";
import { each } from "./each.ts";

export const reject: Command = {
  options: { message: { alias: "m", type: "string", describe: "what is missing; the next attempt reads it" } },
  examples: [
    ['fleet reject fleet-3f1 -m "the test is still red"', "back in the queue; the coder's session resumes with it"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const words = text(args, "message") ?? "";
    return await each(io, args, async (id) => await rejectTask(fleet, id, words), rejectedText);
  },
};

export const rejectedText = ({ id, title, remarks, supervised }: Rejected): string =>
  `${id} is back in the queue${remarks === 0 ? "" : `, with ${counted(remarks, "remark")}`}: ${title}\n${supervised ? "" : "No supervisor is running: fleet run start\n"}`;
