/** `fleet kill`: stops a task's attempt, everything of it, and blocks the task for a person to decide. */
import { openFleet } from "../../app/open.ts";
import { kill as killTask, type Killed } from "../../app/operations/kill.ts";
import type { Command } from "./command.ts";
import { each } from "./each.ts";

export const kill: Command = {
  options: {},
  examples: [["fleet kill fleet-3f1", "its processes end, politely first; put it back: fleet retry fleet-3f1"]],
  run: async (io, args) => {
    const fleet = openFleet(io);
    return await each(io, args, async (id) => await killTask(fleet, id), killedText);
  },
};

const killedText = ({ id, status, attempt, outcome, reason }: Killed): string =>
  attempt === null
    ? `${id} is not running (status ${status}).\n`
    : `${id}: ${outcome ?? "ended"}: ${reason ?? ""}. Nothing of it is left running.\n`;
