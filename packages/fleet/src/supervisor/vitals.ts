/**
 * What every process of the machine uses, at one moment: a pass without environments, so that it is cheap (10 ms for 100
 * processes, twice that with environments) and one serves all attempts. Which of them are an attempt's, and what they use, is pure.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { uptime } from "node:os";

export interface Vital {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  /** When it began: milliseconds since the machine's start. */
  readonly start: number;
  /** Milliseconds of CPU, its own and that of children it has waited for, so that a child's end loses nothing. */
  readonly cpu: number;
}

export interface Pass {
  /** Monotonic. */
  readonly at: number;
  readonly all: readonly Vital[];
  /** By their parent. */
  readonly below: ReadonlyMap<number, readonly Vital[]>;
}

export function passOf(at: number, all: readonly Vital[]): Pass {
  const below = new Map<number, Vital[]>();
  for (const one of all) {
    const siblings = below.get(one.ppid);
    if (siblings === undefined) below.set(one.ppid, [one]);
    else siblings.push(one);
  }
  return { at, all, below };
}

/** On Linux the unit of /proc's times is a hundredth of a second, whatever the kernel's own is. */
const TICK = 10;

/** Milliseconds since the machine's start, by the clock in which processes' starts are told. */
export const uptimeMs = (): number => uptime() * 1000;

function fromProc(): Vital[] {
  const found: Vital[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    } catch {
      // Gone meanwhile.
      continue;
    }
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") continue;
    const number = (at: number): number => Number(fields[at]);
    const cpu = (number(11) + number(12) + number(13) + number(14)) * TICK;
    found.push({ pid, ppid: number(1), group: number(2), start: number(19) * TICK, cpu });
  }
  return found;
}

/** "1-02:03:04", "03:04", "3:04.56" → milliseconds. */
export function clockText(text: string): number {
  const [days, rest] = text.includes("-") ? text.split("-") : ["0", text];
  const seconds = (rest ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

/** The lines of `ps -axo pid=,ppid=,pgid=,time=,etime=,stat=`. Children that were waited for are not in its times. */
export function fromPsText(text: string, since: number): Vital[] {
  return text.split("\n").flatMap((line) => {
    const [pid, ppid, group, time, elapsed, state] = line.trim().split(/\s+/);
    if (time === undefined || elapsed === undefined || state?.startsWith("Z") !== false) return [];
    const start = since - clockText(elapsed);
    return [{ pid: Number(pid), ppid: Number(ppid), group: Number(group), start, cpu: clockText(time) }];
  });
}

function fromPs(): Vital[] {
  const args = ["-axo", "pid=,ppid=,pgid=,time=,etime=,stat="];
  const { stdout } = spawnSync("ps", args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return fromPsText(stdout ?? "", uptimeMs());
}

export class Vitals {
  #pass: Pass | undefined;

  /** The last pass, or a new one where that is older than `maxAge`. */
  at(now: number, maxAge: number): Pass {
    if (this.#pass === undefined || now - this.#pass.at > maxAge || now < this.#pass.at)
      this.#pass = passOf(now, process.platform === "linux" ? fromProc() : fromPs());
    return this.#pass;
  }
}

export interface Tree {
  /** Milliseconds of CPU of all of it so far. */
  readonly cpu: number;
  /** Processes that may be at work for it, see `isWork`; undefined where nothing of it was found. */
  readonly children: number | undefined;
}

/** What a coder starts for itself (a native binary, servers of tools) it starts within this time, in its own group. */
const STARTUP = 10_000;
/** Both clocks are told in hundredths of a second. */
const BLUR = 50;

/**
 * The processes below a wrapper. As work counts a child that began after the coder's last word (`spokeAt`, milliseconds
 * since the machine's start): a tool whose start its stream does not tell, or a hook. What was there before (servers, what
 * a finished tool left behind) says nothing, nor do the processes that the coder itself consists of.
 */
export function treeOf({ all, below }: Pass, leader: number, spokeAt: number, self = process.pid): Tree {
  const mine = new Map<number, Vital>();
  const take = (one: Vital): void => {
    // A supervisor may have been started from inside the attempt.
    if (one.pid === self || mine.has(one.pid)) return;
    mine.set(one.pid, one);
    for (const child of below.get(one.pid) ?? []) take(child);
  };
  for (const one of all) if (one.group === leader || one.pid === leader) take(one);
  const tree = [...mine.values()];
  if (tree.length === 0) return { cpu: 0, children: undefined };
  const begun = Math.min(...tree.filter(({ group }) => group === leader).map(({ start }) => start));
  const isWork = ({ group, start }: Vital): boolean =>
    start >= spokeAt - BLUR && (group !== leader || start > begun + STARTUP);
  return { cpu: tree.reduce((sum, { cpu }) => sum + cpu, 0), children: tree.filter(isWork).length };
}

/** CPU so far, in milliseconds, at a monotonic time. */
export interface Used {
  readonly at: number;
  readonly cpu: number;
}

/**
 * An answer of many minutes (one file of 60 000 tokens) prints nothing until it is whole. While ten pieces of it come a
 * second, claude and codex use 0.8 % of a core, with fifty claude uses 3.6 %; one that waits in vain, claude 0.1 %, codex
 * 0.3 % (measured). So this is no work to be seen, and no hang.
 */
const STIR_SHARE = 0.005;
export const STIR_OVER = 30_000;
/** One tick of the clock is no sign. */
const STIR_LEAST = 50;

export const stirs = (from: Used, to: Used): boolean =>
  to.cpu - from.cpu >= Math.max(STIR_LEAST, STIR_SHARE * (to.at - from.at));
