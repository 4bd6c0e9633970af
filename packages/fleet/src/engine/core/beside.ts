/** How an attempt affects concurrent attempts in the same directory, by its state. Pure. */
import { recordOf, type State } from "./attempt.ts";

export type Presence =
  /** Where it will work is not known yet, or nothing of it runs there any more, or ever will. */
  | "none"
  /** It is told who begins there: its checks may fail by that, or the look at its place before its start see it. */
  | "near"
  /** Its coder may be running, and what it changed is not written down yet: who begins there is told of it, too. */
  | "at-work";

/** Its files since the last tick. Read only where they decide. */
interface OnDisk {
  readonly isGivenUp: () => boolean;
  /** Its changes are written down. */
  readonly isListed: () => boolean;
}

export function presenceOf(state: State, { isGivenUp, isListed }: OnDisk): Presence {
  switch (state.kind) {
    case "claimed":
      return state.place === undefined || isGivenUp() ? "none" : "near";
    case "launching":
      return isGivenUp() ? "none" : "at-work";
    case "elsewhere":
    case "running":
    case "ending":
      return recordOf({ state }) === undefined ? "none" : "at-work";
    case "verifying":
      if (recordOf({ state }) === undefined) return "none";
      return state.looked || isListed() ? "near" : "at-work";
    case "fenced":
    case "judged":
      return "none";
  }
}
