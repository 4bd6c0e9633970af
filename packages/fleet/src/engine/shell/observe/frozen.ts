/**
 * Whether an attempt's processes stand still by a signal (SIGSTOP) or by their cgroup, while its supervisor does not. Two
 * or three small files of /proc for an attempt and second; where there is no /proc it is not seen.
 */
import type { Clock } from "@fleet/kit/clock";
import { isFrozenCgroup } from "@fleet/kit/process/cgroup";
import { childrenOf, isStopped } from "@fleet/kit/process/id";

import { passOver } from "../loop/away.ts";
import type { Handle } from "../loop/handle.ts";

const EVERY = 1_000;

/** All below the wrapper, which itself only waits; false where there is nothing below it. */
function allStopped(leader: number): boolean {
  const below = childrenOf(leader);
  return below.length > 0 && below.every((pid) => isStopped(pid) && (childrenOf(pid).length === 0 || allStopped(pid)));
}

/** What is looked at: the wrapper's pid, 0 where that is not known, and the cgroup. */
interface Tree {
  readonly leader: number;
  readonly group: string | undefined;
}

/**
 * Between two looks that find it frozen, or one of which does, its time does not count. Answers what is news: that it
 * stands still, or continues.
 */
export function watchFrozen(clock: Clock, handle: Handle, { leader, group }: Tree): "frozen" | "thawed" | undefined {
  const now = clock.monotonic();
  const last = handle.frozen;
  if (last !== undefined && now - last.at < EVERY) return undefined;
  const is = (group !== undefined && isFrozenCgroup(group)) || (leader > 0 && allStopped(leader));
  handle.frozen = { at: now, is };
  const was = last?.is ?? false;
  if (last !== undefined && (is || was)) passOver(handle, { from: last.at, to: now });
  return is === was ? undefined : is ? "frozen" : "thawed";
}

/** What the journal says of it. */
export const FROZEN = {
  frozen:
    "its processes are stopped (SIGSTOP, or its cgroup is frozen); until they continue, time counts against nothing",
  thawed: "its processes continue",
} as const;
