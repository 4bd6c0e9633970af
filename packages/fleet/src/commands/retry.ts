/** `fleet retry`: puts a task back into the queue with its tries forgiven; the record of earlier attempts stays. */
import { fleetRecord, heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { retry as retryTask } from "@fleet/store/ops/settle";

import { identity } from "../bd/actor.ts";
import { CommandError, EXIT } from "../errors.ts";
import { uuid7 } from "../uuid.ts";
import { type Command, flag, json, openHome, texts } from "./command.ts";

/** Open, unassigned, no tries and no pause: there is nothing to put back. */
function isUntried(issue: Issue): boolean {
  const { tries, not_before, reason } = fleetRecord(issue);
  return (
    issue.status === "open" &&
    (issue.assignee ?? "") === "" &&
    tries === undefined &&
    not_before === undefined &&
    reason === undefined
  );
}

export const retry: Command = {
  usage: ["retry <id..>"],
  summary: "put blocked, waiting or closed tasks back into the queue",
  options: {},
  examples: [["fleet retry fleet-3f1", "start over, keeping the record"]],
  run: async (io, args) => {
    const { store } = openHome(io);
    const { actor, email } = await identity(io, undefined, true);
    const done: string[] = [];
    for (const argument of texts(args, "id")) {
      const issue = find(store.snapshot(), argument);
      if (heldBy(issue) !== undefined) throw new CommandError(`${issue.id} is running`, `fleet kill ${issue.id}`);
      if (isUntried(issue)) {
        if (!flag(args, "json"))
          io.out(`${issue.id} is in the queue already, with nothing held against it: ${issue.title}\n`);
        done.push(issue.id);
        continue;
      }
      const act = { actor, now: io.now(), uuid: uuid7, ...(email === undefined ? {} : { email }) };
      await store.transact(act, (snapshot) => retryTask(snapshot, act, { id: issue.id }));
      done.push(issue.id);
      if (!flag(args, "json")) io.out(`${issue.id} is back in the queue: ${issue.title}\n`);
    }
    if (flag(args, "json")) io.out(json(done.map((id) => ({ id, status: "open" }))));
    return EXIT.ok;
  },
};
