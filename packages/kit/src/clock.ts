/** The clocks. `monotonic` is comparable between processes of one boot; wall time is for showing. */
import { readText } from "./read.ts";

/**
 * Milliseconds that nobody sets. On Linux (CLOCK_MONOTONIC) they stand still while a laptop sleeps; on macOS they run on,
 * because libuv takes mach_continuous_time there.
 */
export const monotonic = (): number => Number(process.hrtime.bigint() / 1_000_000n);

let boot: string | undefined;

/** Tells this boot of the machine from another; on other systems than Linux pid and start time have to do. */
export function bootId(): string {
  boot ??= readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown";
  return boot;
}

export interface Clock {
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  readonly boot: string;
}

/** When somebody who looks again and again began to look last, and when that was done: monotonic. */
export interface Looked {
  readonly at: number;
  readonly done: number;
}

/** A pause that is so late, in milliseconds, was none: nothing ran meanwhile. */
const LATE = 2_000;
/** No look takes so long. */
const STOOD_STILL = 30_000;

/**
 * When whoever looks, and so probably the whole machine, stood still since the last look: it was stopped, frozen or asleep.
 * A look that takes its time is none of that. `pause`: what lies between two looks.
 */
export function awayBetween(
  last: Looked | undefined,
  now: number,
  pause: number,
): { readonly from: number; readonly to: number } | undefined {
  if (last === undefined) return undefined;
  if (now - last.done - pause > LATE) return { from: last.done + pause, to: now };
  return now - last.at - pause > STOOD_STILL ? { from: last.at + pause, to: now } : undefined;
}

export const systemClock = (): Clock => ({
  monotonic,
  wall: Date.now,
  boot: bootId(),
});

/** Milliseconds of this process on a clock that nobody sets. Not `performance`: on Node 20 the first look at that loads a module, 0.7 ms. */
export const clock = (): number => process.uptime() * 1000;

/** Until everything else in this process that is ready has had its turn. */
export const turn = async (): Promise<void> => {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
};

export const sleep = async (millis: number): Promise<void> => {
  await new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
};
