/** `fleet kill`: stops a task's attempt, everything of it, and blocks the task for a person to decide. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import { find } from "@fleet/store/ops/find";

import { dirOf } from "../../attempts/records/paths.ts";
import { readOutcome } from "../../attempts/records/record.ts";
import { writeStop } from "../../attempts/records/stop.ts";
import { awayFrom } from "../../engine/shell/state/shown-life.ts";
import { identity } from "../../bd/actor.ts";
import { CommandError } from "../../app/errors.ts";
import { finishAttempt } from "../../app/finish-attempt.ts";
import { always, type Command, flag, openHome } from "./command.ts";
import { each } from "./each.ts";
import { outOfReach } from "./release.ts";

export const kill: Command = {
  forPerson: always,
  options: {},
  examples: [["fleet kill fleet-3f1", "its processes end, politely first; put it back: fleet retry fleet-3f1"]],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const { actor } = await identity(io, undefined, false);
    return await each(io, args, async (argument) => {
      const issue = find(store.snapshot(), argument);
      const held = heldBy(issue);
      if (held === undefined) {
        if (!flag(args, "json")) io.out(`${issue.id} is not running (status ${issue.status}).\n`);
        return { id: issue.id, killed: false };
      }
      if (isElsewhere(issue, homeId(store.gitDir)))
        throw new CommandError(
          `${issue.id} runs in another home, whose attempt it is`,
          `fleet kill ${issue.id} there; or here: fleet bd close ${issue.id}, and fleet sync in both; only if that home is gone for good: fleet retry ${issue.id} --force`,
        );
      const dir = dirOf(home, issue.id, held);
      const where = awayFrom(dir);
      if (where !== undefined) throw outOfReach(issue, where);
      writeStop(dir, { kind: "killed", by: actor });
      await finishAttempt(io, home, issue.id, held.uuid);
      const outcome = readOutcome(dir);
      if (!flag(args, "json"))
        io.out(`${issue.id}: ${outcome?.kind ?? "ended"}: ${outcome?.reason ?? ""}. Nothing of it is left running.\n`);
      return { id: issue.id, killed: outcome?.kind === "killed", outcome: outcome?.kind };
    });
  },
};
