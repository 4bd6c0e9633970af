/**
 * Which processes belong to an attempt. A pass over every process costs 31 ms for 491 of them with their environments,
 * so it is for the end of an attempt, not for every tick; one pass serves all attempts.
 *
 * An attempt's processes are the union of: FLEET_ATTEMPT_ID in the environment (the whole value: a prefix once matched a
 * neighbour), the wrapper's process group and session, its cgroup where it has one, and everything below any of these in
 * the tree of parents. What left its session, scrubbed its environment and lost its parents is missed, except where there
 * is a cgroup or the wrapper is a subreaper.
 */
import { type Proc, processesOf, processTable } from "@fleet/kit/process/table";

import { CHECK_MARK, MARK } from "./marks.ts";

/** A process, and which attempt it says that it is of. */
export interface MarkedProc extends Pick<Proc, "pid" | "ppid" | "group" | "session" | "start"> {
  readonly attempt: string | undefined;
}

/** The value of `MarkedProc.attempt` for a process of an attempt's checks. */
export const checkMark = (uuid: string): string => `check:${uuid}`;

function marked({ variables, ...proc }: Proc): MarkedProc {
  const check = variables[CHECK_MARK];
  return { ...proc, attempt: variables[MARK] ?? (check === undefined ? undefined : checkMark(check)) };
}

/** Every living process; zombies are not among them. Undefined where the system does not show them. */
export const processes = (): MarkedProc[] | undefined => processTable([MARK, CHECK_MARK])?.map(marked);

/** `all`, with those of these pids (a cgroup's) that began after the pass. */
export function withLater(all: readonly MarkedProc[], pids: readonly number[]): readonly MarkedProc[] {
  if (pids.length === 0) return all;
  const seen = new Set(all.map(({ pid }) => pid));
  const later = pids.filter((pid) => !seen.has(pid));
  return [...all, ...processesOf(later, [MARK, CHECK_MARK]).map(marked)];
}

/** The observing process and its descendants. */
function lookers(all: readonly MarkedProc[], self: number): ReadonlySet<number> {
  const found = new Set([self]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const { pid, ppid } of all) if (found.has(ppid)) found.add(pid);
  }
  return found;
}

/**
 * The living processes of one attempt. `leader`: the wrapper's pid, 0 where none was recorded. `group`: the pids in its
 * cgroup. `self`: who looks; it may have been started from inside the attempt (`fleet run restart`), and neither it nor
 * what is below it is the attempt's.
 */
export function belonging(
  all: readonly MarkedProc[],
  uuid: string,
  leader: number,
  group: readonly number[] = [],
  self = process.pid,
): MarkedProc[] {
  const mine = new Map<number, MarkedProc>();
  if (group.length > 0) {
    const [inside, ours] = [new Set(group), lookers(all, self)];
    for (const proc of all) if (inside.has(proc.pid) && !ours.has(proc.pid)) mine.set(proc.pid, proc);
  }
  for (const proc of all) {
    if (proc.pid === self) continue;
    const inGroup = leader > 0 && (proc.group === leader || proc.session === leader);
    // A marker of another attempt outweighs a group number that was given out again.
    if (proc.attempt === uuid || (inGroup && proc.attempt === undefined)) mine.set(proc.pid, proc);
  }
  for (let grew = true; grew;) {
    grew = false;
    for (const proc of all) {
      if (
        proc.pid === self ||
        mine.has(proc.pid) ||
        !mine.has(proc.ppid) ||
        (proc.attempt !== undefined && proc.attempt !== uuid)
      )
        continue;
      mine.set(proc.pid, proc);
      grew = true;
    }
  }
  return [...mine.values()];
}
