/** `fleet retry`: puts a task back in the queue with fresh tries; earlier attempts stay on record. */
import { counted } from "@fleet/kit/figures";

import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { limitsGiven } from "../../app/limits-given.ts";
import { FLAG_HELP, flagOf, LIMITS } from "../../app/task-settings.ts";
import { openFleet } from "../../app/open.ts";
import { type Retried, retry as retryTask } from "../../app/operations/retry.ts";
import { failedTasks } from "../../app/views/of-several.ts";
import { idsOf } from "../which.ts";
import { type Command, flag, text } from "./command.ts";
import { each } from "./each.ts";

export const retry: Command = {
  options: {
    ...Object.fromEntries(LIMITS.map((name) => [flagOf(name), { type: "string", describe: FLAG_HELP[name] } as const])),
    failed: { type: "boolean", describe: "all that failed too often; asks first" },
    yes: { alias: "y", type: "boolean", describe: "with --failed: without asking" },
    fresh: { type: "boolean", describe: "in a new session of its coder, not in that of the last attempt" },
    force: {
      type: "boolean",
      describe: "also where an attempt of another home or place holds it: that is gone for good",
    },
  },
  examples: [
    ["fleet retry fleet-3f1", "start over, keeping the record"],
    ["fleet retry --failed", "every task that is blocked because its attempts failed"],
    ["fleet retry fleet-3f1 --fresh", "in a new session, where that of its coder always ends the same way"],
    ["fleet retry fleet-3f1 --force", "the home whose attempt holds it is gone for good; see docs/sync.md"],
    ["fleet retry fleet-3f1 --timeout 4h --max-cost 10", "with more time and money than before"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const limits = limitsGiven((name) => text(args, name), "fleet retry --help");
    const options = { limits, fresh: flag(args, "fresh"), force: flag(args, "force") };
    const ids = idsOf(io, args, {
      line: "fleet retry --failed",
      option: "failed",
      found: () => failedTasks(fleet),
      question: (count) => `Retry ${counted(count, "failed task")}`,
      none: "No tasks have failed.",
    });
    if (ids === undefined) return EXIT.ok;
    return await each(io, args, async (id) => warned(io, await retryTask(fleet, id, options)), retriedText, ids);
  },
};

/** Warnings go to stderr, in text and JSON mode alike. */
function warned(io: Io, done: Retried): Retried {
  if (done.released !== null) io.err(`${done.released}\n`);
  if (done.assignee !== null)
    io.err(
      `${done.id} stays assigned to ${done.assignee}, so fleet does not start it; to let it: fleet bd update ${done.id} --assignee ""\n`,
    );
  return done;
}

function retriedText({ id, title, changed, assignee }: Retried): string {
  if (assignee !== null) return "";
  return changed
    ? `${id} is back in the queue: ${title}\n`
    : `${id} is in the queue already, with nothing held against it: ${title}\n`;
}
