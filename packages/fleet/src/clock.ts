/** The clocks. `monotonic` is comparable between processes of one boot; wall time is for showing. */
import { readText } from "./files.ts";

/** Milliseconds of CLOCK_MONOTONIC: it does not run while a laptop sleeps, and nobody sets it. */
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
}

export const systemClock = (): Clock => ({ monotonic, wall: Date.now, boot: bootId() });
