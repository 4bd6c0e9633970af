/** The attempt that `fleet retry --force` takes a task from: one that can't be stopped from here. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import type { Store } from "@fleet/store/store";

import { dirOf } from "../../attempts/records/paths.ts";
import { CommandError } from "../errors.ts";
import { awayFrom } from "../../engine/shell/state/shown-life.ts";

export interface Release {
  readonly uuid: string;
  /** What a person is told once it is done. */
  readonly text: string;
  /** The attempt's directory, where it is this home's. */
  readonly dir?: string;
}

/** What takes it from an attempt all the same. */
const forced = ({ id }: Issue): string => `fleet retry ${id} --force`;

/** Its attempt runs where it can't be stopped from here. */
export const outOfReach = (issue: Issue, where: string): CommandError =>
  new CommandError(
    `${issue.id} runs on ${where}, where it can't be reached from here`,
    `fleet kill ${issue.id} there; only if that place is gone for good: ${forced(issue)}`,
  );

/** Undefined where no attempt holds the task; refused where it can be stopped, and without force. */
export function toRelease(store: Store, issue: Issue, isForced: boolean): Release | undefined {
  const held = heldBy(issue);
  if (held === undefined) return undefined;
  const isOthers = isElsewhere(issue, homeId(store.gitDir));
  const dir = dirOf(store.home, issue.id, held);
  const where = isOthers ? undefined : awayFrom(dir);
  if (!isOthers && where === undefined) throw new CommandError(`${issue.id} is running`, `fleet kill ${issue.id}`);
  if (!isForced)
    throw where === undefined
      ? new CommandError(
          `${issue.id} is held by attempt ${held.n} of another home`,
          `fleet sync brings what became of it; only if that home is gone for good: ${forced(issue)}`,
        )
      : outOfReach(issue, where);
  const [from, source, until] =
    where === undefined
      ? ["an attempt of another home", "home", "that home has synced"]
      : [`an attempt on ${where}`, "place", "a supervisor there sees it"];
  const text = `Released ${issue.id} from ${from}. If that ${source} still is somewhere and works on it, it is done twice: its attempt ends only when ${until}.`;
  return { uuid: held.uuid, text, ...(where === undefined ? {} : { dir }) };
}
