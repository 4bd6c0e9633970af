/**
 * The signs of life of a running attempt, as they are remembered from look to look. Its log tells something at each; only
 * when nothing has come for a while are its other files and its processes looked at, every few seconds. Pure.
 */
import type { Thresholds } from "../../settings/effective/thresholds.ts";
import type { Span } from "../../attempts/records/waits.ts";
import type { Asked } from "./asks-person.ts";
import { isNewBeat } from "./beat.ts";

/** Times are monotonic milliseconds, but for `spokeAt`. */
export interface Life {
  readonly watchedSince: number;
  readonly lookedAt: number;
  /** Events and bytes of the log by then. */
  readonly events: number;
  readonly bytes: number;
  readonly eventAt: number;
  readonly beatAt: number;
  readonly grewAt: number;
  readonly busyAt: number;
  /** Before the last line that says something, in milliseconds since the machine's start, as processes' starts are told. */
  readonly spokeAt: number;
  /** The last look at files and processes, and the one from which it is reckoned whether it stirs. */
  readonly sample: Sample | undefined;
  readonly base: Sample | undefined;
  /** The verdict that is on disk, by its key; undefined for none. */
  readonly shown: string | undefined;
}

export interface Sample {
  readonly at: number;
  readonly cpu: number;
  readonly children: number | undefined;
  /** Sizes and times of files: growth is a difference. */
  readonly marks: string;
  readonly asked: Asked | undefined;
}

/** How much of the log was read; undefined if it is not followed. */
export type Heard = { readonly bytes: number; readonly events: number } | undefined;

/** Milliseconds since its log was last written to; undefined where that is not known. */
export type WrittenAgo = () => number | undefined;

/** Now on the monotonic clock, and since the machine's start. */
export interface Moment {
  readonly now: number;
  readonly uptime: number;
}

/** A look at files and processes comes so often; where thresholds are short more often, but not more than this. */
const MOST_OFTEN = 100;
const USUAL = 10_000;
/** Two looks so far apart (a sleeping machine, a stopped supervisor) have not seen what was between them. */
const GAP = 30_000;

/** `silentSince`: of an adopted attempt, by the times of its files; the watch itself starts now. */
export const beginLife = (silentSince: number, heard: Heard, { now, uptime }: Moment): Life => ({
  watchedSince: now,
  lookedAt: now,
  events: heard?.events ?? 0,
  bytes: heard?.bytes ?? 0,
  eventAt: silentSince,
  beatAt: silentSince,
  grewAt: silentSince,
  busyAt: silentSince,
  spokeAt: uptime - (now - silentSince),
  sample: undefined,
  base: undefined,
  shown: undefined,
});

const unsampled = { sample: undefined, base: undefined } as const;

/**
 * The time up to this look in which it was at work, by any sign; undefined for none. What it used of the processor is known
 * from one look at processes to the next.
 */
export function workBetween(before: Life, now: Life): Span | undefined {
  const to = now.lookedAt;
  if (now.busyAt > before.busyAt) return { from: before.sample?.at ?? before.lookedAt, to };
  return Math.max(now.eventAt, now.grewAt) > before.lookedAt ? { from: before.lookedAt, to } : undefined;
}

/** Files and processes are not sampled now, so a later sample says nothing about the time between. */
export const withoutSample = (life: Life): Life => ({ ...life, ...unsampled });

/** Applies what the log says since the last look. Unwatched silence, and CPU over that time, say nothing. */
export function hear(
  before: Life,
  heard: Heard,
  { now, uptime }: Moment,
  { pollInterval, writtenAgo }: { readonly pollInterval: number; readonly writtenAgo: WrittenAgo },
): Life {
  const isGap = now - before.lookedAt > Math.max(GAP, 3 * pollInterval);
  const life: Life = { ...before, ...(isGap ? { watchedSince: now, ...unsampled } : {}), lookedAt: now };
  if (heard === undefined) return life;
  return {
    ...life,
    ...heard,
    ...(heard.bytes === before.bytes ? {} : { beatAt: now }),
    ...(heard.events === before.events
      ? {}
      : { eventAt: now, spokeAt: uptime - spokenAgo(now - before.lookedAt, writtenAgo()) }),
  };
}

/**
 * A child that began after the last printed line may be work. That line came after the last look, and at the log's last write: a whole
 * task, its leftover child and its close may lie between two looks. A clock that disagrees (a network file system) is bounded by the looks.
 */
const spokenAgo = (sinceLook: number, writtenAgo = sinceLook): number => Math.min(sinceLook, Math.max(0, writtenAgo));

/** Nothing has come from it for so long that its files and processes are looked at. */
export const isSilent = ({ eventAt }: Life, { workingWithin }: Thresholds, now: number): boolean =>
  now - eventAt >= workingWithin / 2;

/** How far apart two looks at files and processes are. */
export const samplesEvery = ({ workingWithin }: Thresholds): number =>
  Math.min(USUAL, Math.max(MOST_OFTEN, workingWithin / 4));

/** On the beat of full looks; two samples close together are no measure of what was used between them. */
export function isSampleDue({ sample }: Life, thresholds: Thresholds, now: number): boolean {
  if (sample === undefined) return true;
  const every = samplesEvery(thresholds);
  return now - sample.at >= every / 2 && isNewBeat(sample.at, now, every);
}

/** Applies a sample of files and processes, by its difference to the last one. */
export function feel(before: Life, sample: Sample, thresholds: Thresholds, now: number): Life {
  const { sample: last, base = sample } = before;
  const isMeasured = sample.at - base.at >= Math.min(STIR_OVER, thresholds.hungAfter / 4);
  const isBusy = last !== undefined && sample.cpu - last.cpu >= thresholds.workingCpu * (sample.at - last.at);
  return {
    ...before,
    sample,
    base: isMeasured ? sample : base,
    ...(isMeasured && stirs(base, sample) ? { beatAt: now } : {}),
    ...(isBusy ? { busyAt: now } : {}),
    ...(last !== undefined && sample.marks !== last.marks ? { grewAt: now } : {}),
  };
}

/** Every time that is remembered moves on by time that was away; CPU over that time says nothing. */
export const lifeLater = (life: Life, by: number): Life => ({
  ...life,
  ...unsampled,
  eventAt: life.eventAt + by,
  beatAt: life.beatAt + by,
  grewAt: life.grewAt + by,
  busyAt: life.busyAt + by,
});

/** CPU so far, in milliseconds, at a monotonic time. */
interface Used {
  readonly at: number;
  readonly cpu: number;
}

/**
 * An answer of many minutes (one file of 60 000 tokens) prints nothing until it is whole. While ten pieces of it come a
 * second, claude and codex use 0.8 % of a core, with fifty claude uses 3.6 %; one that waits in vain, claude 0.1 %, codex
 * 0.3 % (measured). So this is no work to be seen, and no hang.
 */
const STIR_SHARE = 0.005;
const STIR_OVER = 30_000;
/** A single clock tick of CPU is no sign. */
const STIR_LEAST = 50;

export const stirs = (from: Used, to: Used): boolean =>
  to.cpu - from.cpu >= Math.max(STIR_LEAST, STIR_SHARE * (to.at - from.at));
