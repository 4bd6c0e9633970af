/** The tasks that a command means by a word: those that run here, those that a failure left for a person. */
import { ifReadable } from "@fleet/kit/errors";
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { byDispatch } from "@fleet/store/graph";
import { homeId } from "@fleet/store/home-id";

import type { OutcomeKind } from "../../attempts/records/outcome.ts";
import { attemptsOf } from "../../attempts/records/paths.ts";
import { readOutcome } from "../../attempts/records/record.ts";
import type { Fleet } from "../open.ts";

/** Held by an attempt of this home. */
export function runningTasks({ store }: Fleet): string[] {
  const here = homeId(store.gitDir);
  return [...store.snapshot().live.values()]
    .filter((issue) => heldBy(issue) !== undefined && !isElsewhere(issue, here))
    .map(({ id }) => id);
}

/** After these it was a person, or the agent, who stopped: they wait for an answer, and trying again is none. */
const NO_FAILURE: ReadonlySet<OutcomeKind> = new Set(["done", "blocked", "question", "killed"]);

/** Blocked, because attempts failed. */
export function failedTasks({ home, store }: Fleet): string[] {
  const blocked = [...store.snapshot().live.values()].filter(
    (issue) => issue.status === "blocked" && heldBy(issue) === undefined,
  );
  return blocked
    .filter(({ id }) => {
      const last = attemptsOf(home, id).at(-1);
      const outcome = last === undefined ? undefined : ifReadable(() => readOutcome(last.dir));
      return outcome !== undefined && !NO_FAILURE.has(outcome.kind);
    })
    .sort(byDispatch)
    .map(({ id }) => id);
}
