/**
 * Which processes belong to an attempt. A pass over every process costs 31 ms for 491 of them with their environments,
 * so it is for the end of an attempt, not for every tick; one pass serves all attempts.
 *
 * An attempt's processes are the union of: FLEET_ATTEMPT_ID in the environment (the whole value: a prefix once matched a
 * neighbour), the wrapper's process group and session, its cgroup where it has one, and everything below any of these in
 * the tree of parents. What left its session, scrubbed its environment and lost its parents is missed, except where there
 * is a cgroup or the wrapper is a subreaper.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Proc {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  /** As store/git/process tells start times. */
  readonly start: string;
  readonly attempt: string | undefined;
}

export const MARK = "FLEET_ATTEMPT_ID";
/** Of the checks that the supervisor runs for an attempt: they belong to it, and are not it. */
export const CHECK_MARK = "FLEET_CHECK_ID";

/** What `Proc.attempt` is for a process of an attempt's checks. */
export const checkMark = (uuid: string): string => `check:${uuid}`;

function variable(environ: string, name: string): string | undefined {
  const at = environ.startsWith(`${name}=`) ? 0 : environ.indexOf(`\0${name}=`) + 1;
  if (at === 0 && !environ.startsWith(`${name}=`)) return undefined;
  const end = environ.indexOf("\0", at);
  return environ.slice(at + name.length + 1, end < 0 ? undefined : end);
}

function attemptOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, "latin1");
    const check = variable(text, CHECK_MARK);
    return variable(text, MARK) ?? (check === undefined ? undefined : checkMark(check));
  } catch {
    // Gone meanwhile, or another user's.
    return undefined;
  }
}

/** Undefined for one that is gone, or dead and not reaped yet. */
function oneFromProc(pid: number): Proc | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ppid, group, session] = fields;
  if (state === "Z" || state === "X") return undefined;
  return {
    pid,
    ppid: Number(ppid),
    group: Number(group),
    session: Number(session),
    start: fields[19] ?? "",
    attempt: attemptOf(pid),
  };
}

function fromProc(): Proc[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) ? (oneFromProc(pid) ?? []) : [];
  });
}

/** Elsewhere `ps` tells, and `ps eww` shows environments to their owner. */
function fromPs(): Proc[] {
  const { stdout } = spawnSync("ps", ["-axeww", "-o", "pid=,ppid=,pgid=,sess=,stat=,lstart=,command="], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return (stdout ?? "").split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    if (match === null || match[5]?.startsWith("Z") === true) return [];
    const [, pid, ppid, group, session, , start = "", command = ""] = match;
    const named = (mark: string): string | undefined => new RegExp(`(?:^|\\s)${mark}=(\\S+)`).exec(command)?.[1];
    const check = named(CHECK_MARK);
    const attempt = named(MARK) ?? (check === undefined ? undefined : checkMark(check));
    return [
      { pid: Number(pid), ppid: Number(ppid), group: Number(group), session: Number(session) || 0, start, attempt },
    ];
  });
}

/** Every living process; zombies are not among them. */
export function processes(): Proc[] {
  return process.platform === "linux" ? fromProc() : fromPs();
}

/** Of these pids (a cgroup's) those that began after the pass: `all`, with them. */
export function withLater(all: readonly Proc[], pids: readonly number[]): readonly Proc[] {
  if (pids.length === 0) return all;
  const seen = new Set(all.map(({ pid }) => pid));
  return [...all, ...pids.flatMap((pid) => (seen.has(pid) ? [] : (oneFromProc(pid) ?? [])))];
}

/** Who looks, and all that is below it. */
function lookers(all: readonly Proc[], self: number): ReadonlySet<number> {
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
  all: readonly Proc[],
  uuid: string,
  leader: number,
  group: readonly number[] = [],
  self = process.pid,
): Proc[] {
  const mine = new Map<number, Proc>();
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
