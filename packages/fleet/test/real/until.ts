/** Waiting for a condition, with a deadline: nothing in these tests sleeps and hopes. */
import { setTimeout as sleep } from "node:timers/promises";

const POLL = 50;

/** The first answer of `probe` that is not undefined. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  patience = 30_000,
): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`never, in ${patience / 1000} s: ${what}`);
    await sleep(POLL);
  }
}
