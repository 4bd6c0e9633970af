/**
 * Looks at the fleet, one after the other: what runs is looked at each time; the whole queue as often as that may cost, and at once
 * when something happened that a person may have to know.
 */
import { NEWS } from "../../engine/core/news.ts";
import { JournalTail } from "../../engine/shell/state/journal-tail.ts";
import { decodeEntry } from "../../engine/shell/state/journal.ts";
import type { Fleet } from "../open.ts";
import { type ActivityEvent, activityEvent } from "./activity.ts";
import type { Looked } from "./last-look.ts";
import { NamesKept } from "./names-kept.ts";
import { runningAnew, topView, type TopView } from "./top.ts";

/**
 * So many times what the last look took of the processor passes before the next: of the whole queue 1 % of a core, or 10 % where there
 * is news, and 1.7 % of what runs. 50 agents take 25 to 50 ms.
 */
const PAUSE = 100;
const NEWS_PAUSE = 10;
const RUNNING_PAUSE = 60;
/** And so many times as long as it took: a disk that gives no answer is not asked all the time. */
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

export interface TopLook {
  readonly view: TopView;
  /** What has happened since the last look at all of it; nothing where not all was looked at. */
  readonly news: readonly ActivityEvent[];
}

export class TopLooks {
  readonly #fleet: Fleet;
  readonly #tail: JournalTail;
  readonly #names: NamesKept;
  #under: Promise<unknown> = Promise.resolve();
  #last: TopView | undefined;
  #whole: Cost = { cpu: 0, took: 0 };
  #wholeAt = 0;
  #running: Cost = { cpu: 0, took: 0 };
  #runningAt = 0;
  #news: ActivityEvent[] = [];

  constructor(fleet: Fleet, names = new NamesKept()) {
    this.#fleet = fleet;
    this.#names = names;
    this.#tail = new JournalTail(fleet.home);
  }

  /** `anew`: whatever it costs, because somebody has just changed something. One after the other: none overtakes a later one. */
  async look(looked: Looked, anew: boolean): Promise<TopLook> {
    const look = this.#under.then(async () => await this.#look(looked, anew));
    this.#under = look.catch(() => undefined);
    return await look;
  }

  async #look(looked: Looked, anew: boolean): Promise<TopLook> {
    this.#news.push(...this.#tail.lines().flatMap(newsIn));
    const now = performance.now();
    const last = this.#last;
    if (last !== undefined && !anew && !isWholeDue(this.#whole, now - this.#wholeAt, this.#news.length > 0)) {
      if (!isRunningDue(this.#running, now - this.#runningAt)) return { view: last, news: [] };
      const [view, cost] = await measured(async () => await runningAnew(this.#fleet, last));
      this.#running = cost;
      this.#runningAt = performance.now();
      // When the last one has ended, what else there is has to be known at the same moment.
      if (view.running.length > 0 || last.running.length === 0) return { view: (this.#last = view), news: [] };
    }
    const [view, cost] = await measured(async () => await topView(this.#fleet, looked, this.#names));
    this.#whole = cost;
    this.#wholeAt = performance.now();
    this.#runningAt = this.#wholeAt;
    // Where the look failed, the next one tells it.
    return { view: (this.#last = view), news: this.#news.splice(0) };
  }
}

function newsIn(line: string): ActivityEvent[] {
  const entry = decodeEntry(line);
  return entry === undefined || !NEWS.has(entry.event) ? [] : [activityEvent(entry)];
}

async function measured<T>(work: () => Promise<T>): Promise<readonly [T, Cost]> {
  const [cpu, begun] = [used(), performance.now()];
  const done = await work();
  return [done, { cpu: used() - cpu, took: performance.now() - begun }];
}
