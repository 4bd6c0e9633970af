/** Waiting for a condition, never for luck. */
import { setTimeout as sleep } from "node:timers/promises";

const POLL = 20;

/** What the condition answers, as soon as it is not undefined or false; fails naming what was waited for. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  millis = 50_000,
): Promise<T> {
  const deadline = performance.now() + millis;
  for (;;) {
    const asked = performance.now();
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    const now = performance.now();
    if (now > deadline) throw new Error(`waited ${millis} ms in vain for: ${what}`);
    // What starts a process to find out leaves most of the time to what it waits for.
    await sleep(Math.max(POLL, 2 * (now - asked)));
  }
}
