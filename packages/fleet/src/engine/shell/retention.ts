/** The attempts' directories of a home, with their sizes. */
import { heldBy } from "@fleet/store/claims";
import { ifReadable } from "@fleet/kit/errors";
import type { Snapshot } from "@fleet/store/snapshot";

import { readAttempt, readOutcome } from "../../attempts/records/record.ts";
import { attemptsOf, tasksDir } from "../../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import { bytesOf } from "../../attempts/records/removal.ts";
import { lookUp } from "./observe/look-up.ts";
import type { Kept } from "../core/retention.ts";

/** All of them, or those of one task. */
export function scan(home: string, snapshot: Snapshot, only?: string): Kept[] {
  return (only === undefined ? list(tasksDir(home)) : [only]).flatMap((task) => {
    const all = attemptsOf(home, task);
    const last = all.at(-1)?.n;
    return all.map(({ n, name, dir }): Kept => {
      const at = ifReadable(() => readOutcome(dir))?.at;
      return {
        task,
        name,
        bytes: bytesOf(dir),
        endedAt: at === undefined ? undefined : Date.parse(at),
        task_is: stateOf(snapshot, task, ifReadable(() => readAttempt(dir))?.uuid),
        newest: n === last,
      };
    });
  });
}

function stateOf(snapshot: Snapshot, task: string, uuid: string | undefined): Kept["task_is"] {
  const looked = lookUp(snapshot, task);
  if (looked.kind === "unknown") return "unknown";
  const { issue } = looked;
  if (issue === undefined) return "closed";
  const held = heldBy(issue);
  if (held !== undefined) return held.uuid === uuid ? "held" : "live";
  if (issue.status === "closed") return "closed";
  return issue.status === "blocked" ? "waiting" : "live";
}
