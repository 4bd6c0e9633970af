/** The clocks. `monotonic` is comparable between processes of one boot; wall time is for showing. */
import { readText } from "./read.ts";

/**
 * Milliseconds that nobody sets. On Linux (CLOCK_MONOTONIC) they stand still while a laptop sleeps; on macOS they run on,
 * because libuv takes mach_continuous_time there.
 */
export const monotonic = (): number => Number(process.hrtime.bigint() / 1_000_000n);

let boot: string | undefined;

/** What tells this boot of the machine from another; elsewhere than on Linux pid and start time have to do. */
export function bootId(): string {
  boot ??= readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown";
  return boot;
}

export interface Clock {
  readonly monotonic: () => number;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  readonly boot: string;
  /** `monotonic` runs on while the machine sleeps. */
  readonly runsInSleep: boolean;
}

/** Two looks so far apart were not made by a machine that was awake between them. */
const ASLEEP = 30_000;

/** How long the machine slept between two looks, as far as its clock counted that. `pause`: what lies between looks. */
export function sleptBetween(last: number | undefined, now: number, pause: number, clock: Clock): number {
  if (last === undefined || !clock.runsInSleep) return 0;
  const gap = now - last - pause;
  return gap > ASLEEP ? gap : 0;
}

export const systemClock = (): Clock => ({
  monotonic,
  wall: Date.now,
  boot: bootId(),
  runsInSleep: process.platform === "darwin",
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
