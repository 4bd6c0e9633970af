/** `fleet kill`: stops a task's attempt and all its processes, and blocks the task until a person decides. */
import { counted } from "@fleet/kit/figures";

import { openFleet } from "../../app/open.ts";
import { kill as killTask, type Killed } from "../../app/operations/kill.ts";
import { EXIT } from "../../app/errors.ts";
import { runningTasks } from "../../app/views/of-several.ts";
import { idsOf } from "../which.ts";
import type { Command } from "./command.ts";
import { each } from "./each.ts";

export const kill: Command = {
  options: {
    all: { type: "boolean", describe: "all that run here; asks first" },
    yes: { alias: "y", type: "boolean", describe: "with --all: without asking" },
  },
  examples: [
    ["fleet kill fleet-3f1", "its processes end, politely first; put it back: fleet retry fleet-3f1"],
    ["fleet kill --all", "everything that runs, once you have agreed"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const ids = idsOf(io, args, {
      line: "fleet kill --all",
      option: "all",
      found: () => runningTasks(fleet),
      question: (count) => `Kill ${counted(count, "running task")}`,
      none: "No tasks running.",
    });
    if (ids === undefined) return EXIT.ok;
    return await each(io, args, async (id) => await killTask(fleet, id), killedText, ids);
  },
};

const killedText = ({ id, status, attempt, outcome, reason }: Killed): string =>
  attempt === null
    ? `${id} is not running (status ${status}).\n`
    : `${id}: ${endText(outcome ?? "ended", reason ?? "")}. No processes left.\n`;

/** The reason "killed by Ann" includes the outcome. */
const endText = (outcome: string, reason: string): string =>
  reason.startsWith(`${outcome} `) ? reason : `${outcome}: ${reason}`;
