/**
 * A cgroup per attempt, where one can be made: nothing leaves it by forking, by a session of its own or by scrubbing its
 * environment. It is one more member of the union that a sweep ends, never the only one: where it can't be made, or was
 * removed, everything works without it. Not a sandbox: a process may move itself to another cgroup.
 */
import { dirname, join } from "node:path";

import { errno } from "@fleet/kit/errors";
import {
  cgroupsBelow,
  enterCgroup,
  isCgroup,
  makeCgroup as make,
  membersOf,
  ownCgroup,
  removeCgroup,
  removeEmptyCgroup,
} from "@fleet/kit/process/cgroup";
import { refusedByMachine } from "@fleet/kit/shortage";

import { belonging, type MarkedProc, withLater } from "./procs.ts";
import { cgroupPlace, type CgroupPlace, LEAF } from "./cgroup-place.ts";

/** The directory of this home's cgroups, or why there is none. */
export type Cgroups =
  | { readonly kind: "area"; readonly area: string }
  | { readonly kind: "none"; readonly why: string };

/** The place for this process on this machine. */
export const cgroupPlaceHere = (home: string, word: string | undefined): CgroupPlace =>
  cgroupPlace({ platform: process.platform, ...ownCgroup(), word, home });

/** Makes the area and moves this process into its leaf there; whatever refuses is the reason why there is none, but for a shortage, which is thrown. */
export function takePlace(place: CgroupPlace): Cgroups {
  if (place.kind === "none") return place;
  const { area } = place;
  const leaf = join(area, LEAF);
  try {
    make(leaf);
    if (!isCgroup(leaf)) {
      for (const made of [leaf, area]) removeEmptyCgroup(made);
      return { kind: "none", why: `${area} is not in a cgroup file system` };
    }
    if (place.leaves) enterCgroup(leaf);
    return { kind: "area", area };
  } catch (error) {
    if (refusedByMachine(error) !== undefined) throw error;
    return { kind: "none", why: `${area} can't be made: ${errno(error) ?? String(error)}` };
  }
}

/** Before the process ends: out of its leaf, and the area away unless attempts live on in it. */
export function leavePlace(cgroups: Cgroups): void {
  if (cgroups.kind === "none") return;
  const leaf = join(cgroups.area, LEAF);
  try {
    if (membersOf(leaf).includes(process.pid)) enterCgroup(dirname(cgroups.area));
    for (const made of [leaf, cgroups.area]) removeEmptyCgroup(made);
  } catch {
    // Somebody lives in it, or has taken it away: it costs nothing, and the next supervisor uses it.
  }
}

/** Undefined where the system won't. */
export function makeCgroup(dir: string): string | undefined {
  try {
    make(dir);
    return dir;
  } catch {
    return undefined;
  }
}

/** The living processes of an attempt or of its checks; `group` is their cgroup's directory. One pass serves many. */
export function livingOf(
  all: readonly MarkedProc[],
  uuid: string,
  leader: number,
  group: string | undefined,
): MarkedProc[] {
  const members = group === undefined ? [] : membersOf(group);
  return belonging(withLater(all, members), uuid, leader, members);
}

/** Removes what dead attempts left: the empty ones, but for those of `held` attempts, which may not have begun. */
export function tidyCgroups(area: string, held: ReadonlySet<string>): void {
  for (const dir of cgroupsBelow(area)) {
    const uuid = /\/(?:attempt|check)-([^/]+)$/.exec(dir)?.[1];
    if (uuid !== undefined && !held.has(uuid)) removeCgroup(dir);
  }
}
