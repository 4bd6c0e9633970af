/**
 * What every process of the machine uses, at one moment: a pass without environments, so that it is cheap (10 ms for 100
 * processes, twice that with environments) and one serves all attempts. Which of them are an attempt's, and what they use, is pure.
 */
import { type Proc, processTable } from "@fleet/kit/process/table";

export type ProcessUsage = Pick<Proc, "pid" | "ppid" | "group" | "began" | "cpu">;

export interface Pass {
  /** Monotonic. */
  readonly at: number;
  readonly known: ReadonlyMap<number, ProcessUsage>;
  /** Processes by their parent. */
  readonly below: ReadonlyMap<number, readonly ProcessUsage[]>;
  /** Processes by their process group. */
  readonly grouped: ReadonlyMap<number, readonly ProcessUsage[]>;
}

export function passOf(at: number, all: readonly ProcessUsage[]): Pass {
  const [below, grouped] = [new Map<number, ProcessUsage[]>(), new Map<number, ProcessUsage[]>()];
  for (const one of all) {
    put(below, one.ppid, one);
    put(grouped, one.group, one);
  }
  return { at, known: new Map(all.map((one) => [one.pid, one])), below, grouped };
}

function put(map: Map<number, ProcessUsage[]>, key: number, one: ProcessUsage): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [one]);
  else known.push(one);
}

export class UsageReader {
  #pass: Pass | undefined;

  /** The last pass, or a new one where that is older than `maxAge`. */
  at(now: number, maxAge: number): Pass {
    if (this.#pass === undefined || now - this.#pass.at > maxAge || now < this.#pass.at)
      this.#pass = passOf(now, processTable() ?? []);
    return this.#pass;
  }
}

export interface Tree {
  /** Milliseconds of CPU of all of it so far. */
  readonly cpu: number;
  /** Processes that may be at work for it, see `isWork`; undefined where nothing of it was found. */
  readonly children: number | undefined;
}

/** A coder starts its own processes (a native binary, servers of tools) within this time, in its own group. */
const STARTUP = 10_000;
/** Both clocks are told in hundredths of a second. */
const BLUR = 50;

/**
 * The processes below a wrapper. As work counts a child that began after the coder's last word (`spokeAt`, milliseconds
 * since the machine's start): a tool whose start its stream does not tell, or a hook. What was there before (servers, what
 * a finished tool left behind) says nothing, nor do the processes that the coder itself consists of.
 */
export function treeOf({ known, below, grouped }: Pass, leader: number, spokeAt: number, self = process.pid): Tree {
  const mine = new Map<number, ProcessUsage>();
  const take = (one: ProcessUsage): void => {
    // A supervisor may have been started from inside the attempt.
    if (one.pid === self || mine.has(one.pid)) return;
    mine.set(one.pid, one);
    for (const child of below.get(one.pid) ?? []) take(child);
  };
  const first = known.get(leader);
  for (const one of [...(first === undefined ? [] : [first]), ...(grouped.get(leader) ?? [])]) take(one);
  const tree = [...mine.values()];
  if (tree.length === 0) return { cpu: 0, children: undefined };
  const begun = Math.min(...tree.filter(({ group }) => group === leader).map(({ began }) => began));
  const isWork = ({ group, began }: ProcessUsage): boolean =>
    began >= spokeAt - BLUR && (group !== leader || began > begun + STARTUP);
  return { cpu: tree.reduce((sum, { cpu }) => sum + cpu, 0), children: tree.filter(isWork).length };
}
