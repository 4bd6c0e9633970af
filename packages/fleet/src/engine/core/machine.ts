/**
 * What holds the whole fleet back: a shortage of the machine, too little free memory, a program of ours that is gone. It is
 * no task's fault: nothing new starts, nothing counts as a try, no account waits for it. Pure.
 */
import { sizeText } from "@fleet/kit/size";
import { type Shortage, SHORTAGES, shortageWords } from "@fleet/kit/shortage";

import * as z from "zod/mini";

/** A shortage that occurred. */
const short = {
  of: z.enum(SHORTAGES),
  /** The action that failed. */
  what: z.string(),
  /** In a row. */
  failures: z.number(),
  /** Monotonic: from then on one start is let through. */
  probeAt: z.number(),
};

export const fleetHold = z.discriminatedUnion("kind", [
  /** The system refused a process, a descriptor, memory or room on a disk. */
  z.object({ kind: z.literal("short"), ...short }),
  /** Less memory is free than `min_free_memory`, in bytes. */
  z.object({ kind: z.literal("memory"), free: z.number(), wanted: z.number() }),
  /** Files without which agents have no `fleet`. */
  z.object({ kind: z.literal("program"), missing: z.array(z.string()) }),
]);
export type FleetHold = z.infer<typeof fleetHold>;
type Short = Omit<Extract<FleetHold, { kind: "short" }>, "kind">;

/** Milliseconds until the first probe; doubles with each that fails. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** One more refusal. A failure before the probe is still the same problem. */
function refused(before: Short | undefined, of: Shortage, what: string, now: number): Short {
  if (before !== undefined && now < before.probeAt) return before;
  const failures = (before?.failures ?? 0) + 1;
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures - 1, 10));
  return { of, what, failures, probeAt: now + pause };
}

/** The refusals that the supervisor remembers. Times are monotonic. */
export interface Met {
  /** The shortage that lasts. */
  readonly short: Short | undefined;
  /** The last one that is over: what comes back soon is the same, not said again, and waits on. */
  readonly eased: { readonly short: Short; readonly at: number } | undefined;
}

export const NOTHING_MET: Met = { short: undefined, eased: undefined };

/** After so many milliseconds without a refusal a shortage that comes again is a new one. */
const FORGOTTEN = 120_000;

/** The system refused something. */
export function met({ short, eased: last }: Met, of: Shortage, what: string, now: number): Met {
  const isBack = last !== undefined && last.short.of === of && now - last.at < FORGOTTEN;
  return { short: refused(short ?? (isBack ? last.short : undefined), of, what, now), eased: undefined };
}

/** Everything was done, and nothing refused: the shortage is over once it was time to try again. */
export function eased(before: Met, now: number): Met {
  const { short } = before;
  if (short === undefined || now < short.probeAt) return before;
  return { short: undefined, eased: { short, at: now } };
}

/** How many starts are let through now. */
export function startsLeft(hold: FleetHold | undefined, now: number): number {
  if (hold === undefined) return Infinity;
  return hold.kind === "short" && now >= hold.probeAt ? 1 : 0;
}

/** One line for people: what holds the fleet back, and what is done about it. */
export function holdWords(hold: FleetHold): string {
  switch (hold.kind) {
    case "short":
      return `${shortageWords(hold.of)} (${hold.what}); retried automatically`;
    case "memory":
      return `${sizeText(hold.free)} of memory are free, less than min_free_memory (${sizeText(hold.wanted)}); nothing starts until there is more`;
    case "program":
      return `${hold.missing.join(" and ")} ${hold.missing.length === 1 ? "is" : "are"} gone, without which agents have no fleet command; to continue with what is installed now: fleet run restart`;
  }
}

/** What makes a hold another one than before, so that it is said again. */
export const holdKey = (hold: FleetHold): string =>
  hold.kind === "short"
    ? `short ${hold.of}`
    : hold.kind === "program"
      ? `program ${hold.missing.join(" ")}`
      : hold.kind;
