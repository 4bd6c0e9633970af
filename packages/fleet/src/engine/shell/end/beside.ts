/** Attempts at work in the same place know of each other: it is written down for both before the later one starts. */
import { DiskError, readOr } from "@fleet/kit/errors";
import { hasAfter, noteOverlaps, type Overlap } from "../../../attempts/evidence/files.ts";
import { type Place, shares } from "../../../attempts/evidence/place.ts";
import { recordOf } from "../../core/attempt.ts";
import { type Presence, presenceOf } from "../../core/beside.ts";
import type { Handle } from "../loop/handle.ts";
import { pidOf } from "../observe/process-table.ts";

function placeOfHandle(handle: Handle): Place {
  const record = recordOf(handle);
  return record?.place ?? placeSeen(handle) ?? { path: record?.cwd ?? handle.cwd, git: false };
}

/** For one that has not started, if its directory was looked at. */
const placeSeen = ({ state }: Handle): Place | undefined => (state.kind === "claimed" ? state.place : undefined);

/** An unreadable record does not mean that nothing is running. */
const presence = (handle: Handle): Presence =>
  presenceOf(handle.state, {
    isGivenUp: () =>
      readOr(
        () => pidOf(handle).kind === "fenced",
        () => false,
      ),
    isListed: () => hasAfter(handle.dir),
  });

/** Others in its place, by the state that they were last seen in: nothing of those elsewhere is read. */
const inPlace = ({ ref }: Handle, place: Place, all: readonly Handle[]): readonly Handle[] =>
  all.filter((other) => other.ref.uuid !== ref.uuid && shares(placeOfHandle(other), place));

/** Another attempt is at work in its place. */
export const isShared = (handle: Handle, all: readonly Handle[]): boolean =>
  inPlace(handle, placeOfHandle(handle), all).some((other) => presence(other) === "at-work");

/** `all`: every attempt that is watched. Each is notified once. */
export function noteNeighbours(handle: Handle, place: Place, all: readonly Handle[], wall: number): void {
  const { told } = handle.open;
  const news: Overlap[] = [];
  for (const other of inPlace(handle, place, all)) {
    const { uuid } = other.ref;
    const is = told.get(uuid) === "at-work" ? "none" : presence(other);
    if (is === "none") continue;
    if (!told.has(uuid) && tellOther(other.dir, { task: handle.task, ...handle.ref, at: wall })) told.set(uuid, "near");
    if (is === "at-work") news.push({ task: other.task, ...other.ref, at: wall });
  }
  noteOverlaps(handle.dir, news);
  // Whom it could not tell (a full disk) it tells next time.
  for (const { uuid } of news) if (told.has(uuid)) told.set(uuid, "at-work");
}

/** A record that takes nothing is that attempt's trouble, and does not hold up others that begin. */
function tellOther(dir: string, overlap: Overlap): boolean {
  try {
    noteOverlaps(dir, [overlap]);
    return true;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return false;
  }
}
