/** Requests of the process to the running loop, and the pause that such a request ends early. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Handover } from "../../core/stopping.ts";

export interface Controls {
  /** How often a person at the terminal asked for the end: the first time waits for what runs, the second does not. */
  readonly interrupts: () => number;
  /** Leave at once, and leave what runs running: asked for, or by a signal of which nobody knows who sent it. */
  readonly handover: () => Handover | undefined;
  /** Resolves a pause early: something was asked for. */
  readonly woken: () => AbortSignal;
}

export async function pause(millis: number, woken: AbortSignal): Promise<void> {
  try {
    await sleep(millis, undefined, { signal: woken });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
  }
}
