/**
 * What the supervisor holds in memory for one attempt. All of it can be had again from disk and the process table; it is
 * here so that a tick costs a few system calls and not a re-reading.
 */
import type { Coder } from "@fleet/coders/coder";
import type { Facts } from "@fleet/coders/facts";
import type { AttemptRef } from "@fleet/store/decision";

import type { AttemptRecord, PidFile } from "../../../attempts/records/record.ts";
import type { Place } from "../../../attempts/evidence/place.ts";
import type { LimitName } from "../../../settings/limits/limits.ts";
import type { Tail } from "../../../attempts/stream/tail.ts";
import type { Over, Span } from "../../../attempts/records/waits.ts";
import type { Looked } from "../start/look-before.ts";
import type { Life } from "../observe/signs-of-life.ts";

export interface Handle {
  readonly task: string;
  readonly ref: AttemptRef;
  readonly dir: string;
  /** As claimed; the record's own count once it is there. */
  readonly coderName: string;
  readonly account: string;
  readonly cwd: string;
  /** Where its coder is looked for (core/breaker.ts). */
  readonly path: string;
  record: AttemptRecord | undefined;
  /** Once there is one it never changes, and it outlives the file: a home that is deleted leaves no process running. */
  pid: Extract<PidFile, { kind: "wrapper" | "fenced" }> | undefined;
  /** Claimed by this very supervisor, so that nothing of it can be alive before it was started. */
  readonly fresh: boolean;
  coder: Coder | undefined;
  tail: Tail | undefined;
  /** Monotonic times of what this supervisor saw or did. */
  termedAt: number | undefined;
  killedAt: number | undefined;
  finishedAt: number | undefined;
  resultAt: number | undefined;
  /** After its work was over: when something of it was last seen open or coming, and what it had done by then. */
  openAt: number | undefined;
  acts: number | undefined;
  /** Its waits for a person that are over. */
  readonly waits: Over;
  /** Sweeps in a row that found nothing, and those that found something. */
  quiet: number;
  sweeps: number;
  drained: boolean;
  /** What it had printed when that last grew, in bytes, and the monotonic time of it. */
  grew: { readonly bytes: number; readonly at: number } | undefined;
  /** When it could do nothing (away.ts): held against nobody. */
  readonly away: Span[];
  /** Whether its processes were seen to stand still, and when that was looked at last. */
  frozen: { readonly at: number; readonly is: boolean } | undefined;
  /** Limits of which a person was told; undefined until that was read. */
  warned: readonly LimitName[] | undefined;
  /** The model's context, as an earlier run was told. */
  window: number | undefined;
  /** What was taken over of what its coder tells of usage windows. */
  toldUse: { readonly windows: Facts["windows"] | undefined; readonly limit: Facts["limit"] | undefined } | undefined;
  /** Where it will work, and the look at that place, while it is under way before the start. */
  place: Place | undefined;
  before: Promise<void> | undefined;
  /** What that look found. */
  seen: Looked | undefined;
  /** What this supervisor did about its proof: the look that is under way, that there is one, and the check that is being ended. */
  looking: boolean;
  looked: boolean;
  saidLook: string;
  checkTermedAt: number | undefined;
  checkQuiet: number;
  /** Wall time at which one that had been seen at work was gone without an exit status. */
  vanishedAt: number | undefined;
  /** Said once that it runs without its wrapper. */
  orphanSeen: boolean;
  /** The left-over processes that were said last. */
  saidLeft: string;
  /** What was seen of its signs of life. */
  life: Life | undefined;
}

type Known = Pick<Handle, "task" | "ref" | "dir" | "coderName" | "account" | "cwd" | "path" | "fresh">;

export function newHandle(known: Known): Handle {
  return {
    ...known,
    record: undefined,
    pid: undefined,
    killedAt: undefined,
    saidLeft: "",
    coder: undefined,
    tail: undefined,
    termedAt: undefined,
    finishedAt: undefined,
    resultAt: undefined,
    openAt: undefined,
    acts: undefined,
    waits: new Map(),
    quiet: 0,
    sweeps: 0,
    drained: false,
    grew: undefined,
    away: [],
    frozen: undefined,
    warned: undefined,
    window: undefined,
    toldUse: undefined,
    place: undefined,
    before: undefined,
    seen: undefined,
    looking: false,
    looked: false,
    saidLook: "",
    checkTermedAt: undefined,
    checkQuiet: 0,
    vanishedAt: undefined,
    orphanSeen: false,
    life: undefined,
  };
}
