/**
 * Looks at the fleet, one after the other: what runs is looked at each time; the whole queue as often as that may cost, and at once
 * when something happened that a person may have to know.
 */
import { NEWS } from "../../engine/core/news.ts";
import { JournalTail } from "../../engine/shell/state/journal-tail.ts";
import { decodeEntry } from "../../engine/shell/state/journal.ts";
import type { Fleet } from "../open.ts";
import type { Looked } from "./last-look.ts";
import { runningAnew, topView, type TopView } from "./top.ts";

/**
 * So many times what the last look took of the processor passes before the next: of the whole queue 1 % of a core, or 10 % where there
 * is news, and 1.7 % of what runs. 50 agents take 25 to 50 ms.
 */
const PAUSE = 100;
const NEWS_PAUSE = 10;
const RUNNING_PAUSE = 60;
/** And so many times as long as it took: nobody's key is heard meanwhile. */
const WAIT_PAUSE = 4;
/** Milliseconds: what changes by time alone (a pause that ends) is seen no later; what runs. */
const LONGEST = 30_000;
const LONGEST_RUNNING = 5_000;

interface Cost {
  /** Milliseconds of the processor. */
  readonly cpu: number;
  /** From its begin to its end. */
  readonly took: number;
}

/** Whether all is looked at; `since`: milliseconds since the last time. */
export function isWholeDue({ cpu, took }: Cost, since: number, isNews: boolean): boolean {
  return since >= Math.min(LONGEST, Math.max(cpu * (isNews ? NEWS_PAUSE : PAUSE), took * WAIT_PAUSE));
}

/** The same of what runs. */
export const isRunningDue = ({ cpu }: Cost, since: number): boolean =>
  since >= Math.min(LONGEST_RUNNING, cpu * RUNNING_PAUSE);

/** What this process has had of the processor, in milliseconds. */
const used = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

export class TopLooks {
  readonly #fleet: Fleet;
  readonly #tail: JournalTail;
  #last: TopView | undefined;
  #whole: Cost = { cpu: 0, took: 0 };
  #wholeAt = 0;
  #running: Cost = { cpu: 0, took: 0 };
  #runningAt = 0;
  #isNews = false;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#tail = new JournalTail(fleet.home);
  }

  /** `anew`: whatever it costs, because somebody has just changed something. */
  async look(looked: Looked, anew: boolean): Promise<TopView> {
    if (this.#tail.lines().some((line) => NEWS.has(decodeEntry(line)?.event ?? ""))) this.#isNews = true;
    const now = performance.now();
    const last = this.#last;
    if (last !== undefined && !anew && !isWholeDue(this.#whole, now - this.#wholeAt, this.#isNews)) {
      if (!isRunningDue(this.#running, now - this.#runningAt)) return last;
      const [view, cost] = await measured(async () => await runningAnew(this.#fleet, last));
      this.#running = cost;
      this.#runningAt = performance.now();
      // When the last one has ended, what else there is has to be known at the same moment.
      if (view.running.length > 0 || last.running.length === 0) return (this.#last = view);
    }
    this.#isNews = false;
    const [view, cost] = await measured(async () => await topView(this.#fleet, looked));
    this.#whole = cost;
    this.#wholeAt = performance.now();
    this.#runningAt = this.#wholeAt;
    return (this.#last = view);
  }
}

async function measured<T>(work: () => Promise<T>): Promise<readonly [T, Cost]> {
  const [cpu, begun] = [used(), performance.now()];
  const done = await work();
  return [done, { cpu: used() - cpu, took: performance.now() - begun }];
}
