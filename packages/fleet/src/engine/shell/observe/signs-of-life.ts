/**
 * The signs of life of a running attempt, from look to look. Its log tells something at each; only when nothing has come
 * for a while are its other files and its processes looked at, every few seconds.
 */
import { filesMark, lastStderr, printedAt } from "../../../attempts/records/output.ts";
import { type Asked, asksPerson } from "./asks-person.ts";
import type { Handle } from "../loop/handle.ts";
import type { Thresholds } from "../../../settings/liveness.ts";
import { uptimeMs } from "@fleet/kit/process/table";
import { STIR_OVER, stirs, treeOf, type Vitals } from "./vitals.ts";

/** What is remembered between two looks. Times are monotonic milliseconds, but for `spokeAt`. */
export interface Life {
  watchedSince: number;
  lookedAt: number;
  /** What the log had told by then. */
  events: number;
  bytes: number;
  eventAt: number;
  beatAt: number;
  grewAt: number;
  busyAt: number;
  /** Before the last line that says something, in milliseconds since the machine's start, as processes' starts are told. */
  spokeAt: number;
  /** The last look at files and processes, and the one from which it is reckoned whether it stirs. */
  sample: Sample | undefined;
  base: Sample | undefined;
  /** The verdict that is on disk, by its key; undefined for none. */
  shown: string | undefined;
}

interface Sample {
  readonly at: number;
  readonly cpu: number;
  readonly children: number | undefined;
  /** Sizes and times of files: growth is a difference. */
  readonly marks: string;
  readonly asked: Asked | undefined;
}

/** A look at files and processes comes at most so often, and at least so seldom where thresholds are short. */
const MOST_OFTEN = 100;
const USUAL = 5_000;
/** Two looks so far apart (a sleeping machine, a stopped supervisor) have not seen what was between them. */
const GAP = 30_000;

/** Silence that nobody watched, and CPU over that time, say nothing. */
export function afterGap(life: Life, now: number, pollInterval: number): void {
  if (now - life.lookedAt <= Math.max(GAP, 3 * pollInterval)) return;
  life.watchedSince = now;
  life.sample = life.base = undefined;
}

/** Of one that was adopted the age of its files tells how long it has been silent; nobody has watched it so long. */
export function begun({ dir, record, tail }: Handle, now: number, wall: number): Life {
  const age = Math.max(0, wall - (printedAt(dir) ?? 0));
  const eventAt = Math.max(record?.monotonic ?? now, now - age);
  return {
    watchedSince: now,
    lookedAt: now,
    events: tail?.facts.events ?? 0,
    bytes: tail?.bytes ?? 0,
    eventAt,
    beatAt: eventAt,
    grewAt: eventAt,
    busyAt: eventAt,
    spokeAt: uptimeMs() - (now - eventAt),
    sample: undefined,
    base: undefined,
    shown: undefined,
  };
}

/** What the log tells since the last look. */
export function hear({ tail }: Handle, life: Life, now: number): void {
  if (tail === undefined) return;
  if (tail.bytes !== life.bytes) life.beatAt = now;
  if (tail.facts.events !== life.events) {
    life.eventAt = now;
    // It was printed after the last look, and what began since then may be its work.
    life.spokeAt = uptimeMs() - (now - life.lookedAt);
  }
  life.bytes = tail.bytes;
  life.events = tail.facts.events;
}

/** Looks at files and processes, and draws what follows from the difference to the last such look. */
export function feel(
  handle: Handle,
  life: Life,
  thresholds: Thresholds,
  { leader, vitals, now }: { readonly leader: () => number; readonly vitals: Pick<Vitals, "at">; readonly now: number },
): void {
  const every = Math.min(USUAL, Math.max(MOST_OFTEN, thresholds.workingWithin / 4));
  const last = life.sample;
  if (last !== undefined && now - last.at < every) return;
  const pass = vitals.at(now, every / 2);
  if (last?.at === pass.at) return;
  const { cpu, children } = treeOf(pass, leader(), life.spokeAt);
  const marks = filesMark(handle.dir);
  const sample = { at: pass.at, cpu, children, marks, asked: asksPerson(lastWords(handle)) };
  life.sample = sample;
  life.base ??= sample;
  if (sample.at - life.base.at >= Math.min(STIR_OVER, thresholds.hungAfter / 4)) {
    if (stirs(life.base, sample)) life.beatAt = now;
    life.base = sample;
  }
  if (last === undefined) return;
  if (cpu - last.cpu >= thresholds.workingCpu * (sample.at - last.at)) life.busyAt = now;
  if (marks !== last.marks) life.grewAt = now;
}

const LAST_WORDS = 2_000;

/** The end of what it printed last, wherever: words on standard error that came before its last event ask nobody now. */
function lastWords({ dir, tail }: Handle): string {
  const unfinished = tail?.unfinished ?? "";
  return unfinished === "" ? lastStderr(dir, LAST_WORDS) : unfinished;
}
