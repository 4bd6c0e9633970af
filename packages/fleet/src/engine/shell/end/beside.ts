/** Attempts at work in the same place know of each other: it is written down for both before the later one starts. */
import { DiskError, readOr } from "@fleet/kit/errors";
import { noteOverlap, type Overlap, readAfter } from "../../../attempts/evidence/files.ts";
import { type Place, shares } from "../../../attempts/evidence/place.ts";
import { readOutcome } from "../../../attempts/records/record.ts";
import { recordOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";
import { pidOf } from "../observe/process-table.ts";

export function placeOfHandle(handle: Handle): Place {
  const record = recordOf(handle);
  return record?.place ?? placeSeen(handle) ?? { path: record?.cwd ?? handle.cwd, git: false };
}

/** Of one that is not started yet, where its place was looked at. */
const placeSeen = ({ state }: Handle): Place | undefined => (state.kind === "claimed" ? state.place : undefined);

/** Its coder may be running: a wrapper was or is to be started, and what it changed is not written down yet. */
export const isAtWork = (handle: Handle): boolean =>
  recordOf(handle) !== undefined &&
  readOr(
    () => !isGivenUp(handle) && readAfter(handle.dir) === undefined,
    // What can't be read does not say that nothing is at work.
    () => true,
  );

/** No coder of it runs, or will. */
const isGivenUp = (handle: Handle): boolean =>
  readOr(
    () => pidOf(handle).kind === "fenced" || readOutcome(handle.dir) !== undefined,
    () => false,
  );

/**
 * `all`: every attempt that is looked after. One whose checks run is told too: they may fail by what now begins; and one
 * whose place is still looked at before its start: what now begins may change that place under the look.
 */
export function noteNeighbours(handle: Handle, place: Place, all: readonly Handle[], wall: number): void {
  for (const other of all) {
    if (other.ref.uuid === handle.ref.uuid || !shares(placeOfHandle(other), place)) continue;
    if (recordOf(other) === undefined && placeSeen(other) === undefined) continue;
    if (isGivenUp(other)) continue;
    tellOther(other.dir, { task: handle.task, ...handle.ref, at: wall });
    if (isAtWork(other)) noteOverlap(handle.dir, { task: other.task, ...other.ref, at: wall });
  }
}

/** A record that takes nothing is that attempt's trouble, and holds up nobody who begins beside it. */
function tellOther(dir: string, overlap: Overlap): void {
  try {
    noteOverlap(dir, overlap);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
  }
}
