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

/** So many times what the last whole look took of the processor passes before the next: 2 % of a core; where there is news: 10 %. */
const PAUSE = 50;
const NEWS_PAUSE = 10;
/** And so many times as long as it took: nobody's key is heard meanwhile. */
const WAIT_PAUSE = 4;
/** Milliseconds: what changes by time alone (a pause that ends) is seen no later. */
const LONGEST = 30_000;

interface Whole {
  /** Milliseconds of the processor. */
  readonly cpu: number;
  /** From its begin to its end. */
  readonly took: number;
}

/** Whether all is looked at; `since`: milliseconds since the last time. */
export function isWholeDue({ cpu, took }: Whole, since: number, isNews: boolean): boolean {
  return since >= Math.min(LONGEST, Math.max(cpu * (isNews ? NEWS_PAUSE : PAUSE), took * WAIT_PAUSE));
}

/** What this process has had of the processor, in milliseconds. */
const used = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

export class TopLooks {
  readonly #fleet: Fleet;
  readonly #tail: JournalTail;
  #last: TopView | undefined;
  #whole: Whole = { cpu: 0, took: 0 };
  #at = 0;
  #isNews = false;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#tail = new JournalTail(fleet.home);
  }

  /** `anew`: whatever it costs, because somebody has just changed something. */
  async look(looked: Looked, anew: boolean): Promise<TopView> {
    if (this.#tail.lines().some((line) => NEWS.has(decodeEntry(line)?.event ?? ""))) this.#isNews = true;
    const now = performance.now();
    const isDue = isWholeDue(this.#whole, now - this.#at, this.#isNews);
    const last = this.#last;
    if (last !== undefined && !anew && !isDue) return (this.#last = await runningAnew(this.#fleet, last));
    const before = used();
    this.#isNews = false;
    this.#last = await topView(this.#fleet, looked);
    this.#at = performance.now();
    this.#whole = { cpu: used() - before, took: this.#at - now };
    return this.#last;
  }
}
