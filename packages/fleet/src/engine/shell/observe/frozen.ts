/**
 * Whether an attempt's processes stand still by a signal (SIGSTOP) or by their cgroup, while its supervisor does not. Two
 * or three small files of /proc for an attempt and second; where there is no /proc it is not seen.
 */
import { isFrozenCgroup } from "@fleet/kit/process/cgroup";
import { childrenOf, isStopped } from "@fleet/kit/process/id";

import type { Span } from "../../../attempts/records/waits.ts";
import type { Frozen } from "../../core/attempt.ts";

const EVERY = 1_000;

/** All below the wrapper, which itself only waits; false where there is nothing below it. */
function allStopped(leader: number): boolean {
  const below = childrenOf(leader);
  return below.length > 0 && below.every(isTreeStopped);
}

const isTreeStopped = (pid: number): boolean => isStopped(pid) && childrenOf(pid).every(isTreeStopped);

/** Where to look: the wrapper's pid, 0 if unknown, and the cgroup. */
interface Tree {
  readonly leader: () => number;
  readonly group: string | undefined;
}

interface Looked {
  readonly frozen: Frozen;
  /** Time that does not count. */
  readonly away: Span | undefined;
  /** It is stopped since this check, or continues. */
  readonly news: "frozen" | "thawed" | undefined;
}

/** Between two looks that find it frozen, or one of which does, its time does not count. `now`: monotonic. */
export function lookFrozen(now: number, last: Frozen | undefined, { leader, group }: Tree): Looked {
  if (last !== undefined && now - last.at < EVERY) return { frozen: last, away: undefined, news: undefined };
  const pid = leader();
  const is = (group !== undefined && isFrozenCgroup(group)) || (pid > 0 && allStopped(pid));
  const was = last?.is ?? false;
  const away = last !== undefined && (is || was) ? { from: last.at, to: now } : undefined;
  return { frozen: { at: now, is }, away, news: is === was ? undefined : is ? "frozen" : "thawed" };
}

/** The words for the journal. */
export const FROZEN = {
  frozen:
    "its processes are stopped (SIGSTOP, or its cgroup is frozen); until they continue, time counts against nothing",
  thawed: "its processes continue",
} as const;
