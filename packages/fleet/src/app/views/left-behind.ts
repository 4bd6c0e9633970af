/** What a supervisor that was killed, or that could not settle it, has left in the store. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { gitDirOf } from "@fleet/store/home";
import { homeId } from "@fleet/store/home-id";
import { Store } from "@fleet/store/store";

import { dirOf } from "../../attempts/records/paths.ts";
import { readExit } from "../../attempts/records/record.ts";

export interface LeftBehind {
  /** Ids of tasks whose attempts may live. */
  readonly running: readonly string[];
  /** Those whose attempts have told how they ended. */
  readonly ended: readonly string[];
}

export function leftBehind(home: string): LeftBehind {
  const here = homeId(gitDirOf(home));
  const held = [...new Store(home).snapshot().live.values()].flatMap((issue) => {
    const attempt = isElsewhere(issue, here) ? undefined : heldBy(issue);
    return attempt === undefined ? [] : [{ id: issue.id, attempt }];
  });
  const isOver = ({ id, attempt }: (typeof held)[number]): boolean => readExit(dirOf(home, id, attempt)) !== undefined;
  return {
    running: held.filter((one) => !isOver(one)).map(({ id }) => id),
    ended: held.filter(isOver).map(({ id }) => id),
  };
}

/** A sentence on each, each after a blank; nothing where nothing is left. */
export function leftText({ running, ended }: LeftBehind): string {
  const said = (ids: readonly string[], what: string, then: string): string =>
    ids.length === 0 ? "" : ` ${ids.length} attempt${ids.length === 1 ? "" : "s"} ${what}: ${ids.join(" ")} (${then}).`;
  return (
    said(running, "it left", "fleet run start adopts them, fleet kill ID ends one") +
    said(ended, "ended without a record", "fleet run start makes it")
  );
}
