/** Waiting for a condition, never for luck. */
import { setTimeout as sleep } from "node:timers/promises";

const POLL = 20;

/** What the condition answers, as soon as it is not undefined or false; fails naming what was waited for. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  millis = 30_000,
): Promise<T> {
  const deadline = performance.now() + millis;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${millis} ms in vain for: ${what}`);
    await sleep(POLL);
  }
}
