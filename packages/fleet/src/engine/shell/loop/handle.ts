/**
 * What the supervisor's shell holds of one attempt: its state, plain data that `Held` alone replaces, and what is open of it
 * in this process: a log that is read, work under way, what was read once and never changes.
 */
import type { Coder } from "@fleet/coders/coder";
import type { Facts } from "@fleet/coders/facts";

import type { Tail } from "../../../attempts/stream/tail.ts";
import { Listing } from "../../../attempts/records/contents.ts";
import { ProtectedWatch } from "../../../attempts/protect/watch.ts";
import { RecordMark } from "../../../attempts/records/output.ts";
import type { Over } from "../../../attempts/records/waits.ts";
import { type Attempt, newAttempt, recordOf } from "../../core/attempt.ts";
import type { Last } from "../observe/glance.ts";
import type { FoundSettings } from "../observe/run-settings.ts";
import type { Looked } from "../start/look-before.ts";

export interface Handle extends Attempt {
  readonly open: Open;
}

interface Open {
  /** The coder that decodes its log, and that log; once it has a record and its coder is in the settings. */
  coder: Coder | undefined;
  tail: Tail | undefined;
  /** Usage windows that its coder reported and that were taken over. */
  toldUse: { readonly windows: Facts["windows"] | undefined; readonly limit: Facts["limit"] | undefined } | undefined;
  /** It stood still then, as the supervisor before this one last saw; monotonic. */
  readonly frozenAt: number | undefined;
  /** Its settings at the last full look. */
  settings: FoundSettings | undefined;
  /** The result of the last full look, while it may still be valid. */
  last: Last | undefined;
  readonly mark: RecordMark;
  /** The files that are protected from it. */
  readonly guarded: ProtectedWatch;
  /** The listing of its directory. */
  readonly listing: Listing;
  /** Its waits for a person that are over. */
  readonly waits: Over;
  /** The look at the place where it will work, while it is under way before the start. */
  before: Promise<void> | undefined;
  /** The run of `--prove` before the start. */
  readonly base: Work;
  /** The run of the setup of its workspace, before the start. */
  readonly setup: Work;
  /** The result of that look. */
  found: Looked | undefined;
  /** By their uuids: attempts in its place that know of it (near), and of which its own record tells as well (at-work). */
  readonly told: Map<string, "near" | "at-work">;
  /** Why it can't start, if found after the caller stopped waiting. */
  refused: Error | undefined;
  /** The changes are being written down; and the last problem with that. */
  looking: boolean;
  saidLook: string;
}

/** A run before the start. */
interface Work {
  /** While that is under way. */
  making: Promise<void> | undefined;
  /** Its result, if it arrived after the caller stopped waiting. */
  failed: { readonly error: unknown } | undefined;
  /** When the run that is open was asked to end; monotonic. */
  termedAt: number | undefined;
  /** The attempt is given up: nothing is started any more. */
  isOver: boolean;
}

export const newHandle = (known: Parameters<typeof newAttempt>[0]): Handle => ({
  ...newAttempt(known),
  open: {
    coder: undefined,
    tail: undefined,
    toldUse: undefined,
    frozenAt: known.wasAway?.frozenAt,
    settings: undefined,
    last: undefined,
    mark: new RecordMark(known.dir),
    guarded: new ProtectedWatch(known.dir),
    listing: new Listing(known.dir),
    waits: new Map(),
    before: undefined,
    base: { making: undefined, failed: undefined, termedAt: undefined, isOver: false },
    setup: { making: undefined, failed: undefined, termedAt: undefined, isOver: false },
    found: undefined,
    told: new Map(),
    refused: undefined,
    looking: false,
    saidLook: "",
  },
});

/**
 * The directory of its task, behind its links where that is known: what is counted by directory, and held back by it, goes by
 * this, also where it works in a clone of it.
 */
export function directoryOf(handle: Handle): string {
  const known = recordOf(handle) ?? handle.open.found;
  return known?.source ?? known?.cwd ?? handle.cwd;
}

/** It works in a clone, where nobody is in its way. */
export function isIsolated(handle: Handle): boolean {
  const known = recordOf(handle) ?? handle.open.found;
  return known === undefined ? handle.isolated === true : known.source !== undefined;
}
