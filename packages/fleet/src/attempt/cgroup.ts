/**
 * A cgroup per attempt, where one can be made: nothing leaves it by forking, by a session of its own or by scrubbing its
 * environment. It is one more member of the union that a sweep ends, never the only one: where it can't be made, or was
 * taken away, everything goes on without it. It is no prison: an agent that means to can write itself elsewhere.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { errno } from "@fleet/kit/errors";

import { readText } from "@fleet/kit/read";
import { belonging, type Proc, withLater } from "./procs.ts";
import { cgroupPlace, type CgroupPlace, LEAF } from "./cgroup-place.ts";

/** What is in force: the directory of this home's cgroups, or why there is none. */
export type Cgroups =
  | { readonly kind: "area"; readonly area: string }
  | { readonly kind: "none"; readonly why: string };

const procs = (dir: string): string => join(dir, "cgroup.procs");

/** The place for this process on this machine. */
export const cgroupPlaceHere = (home: string, word: string | undefined): CgroupPlace =>
  cgroupPlace({
    platform: process.platform,
    mounts: readText("/proc/self/mountinfo") ?? "",
    own: readText("/proc/self/cgroup") ?? "",
    word,
    home,
  });

/** Makes the area and moves this process into its leaf there; whatever refuses is the reason why there is none. */
export function takePlace(place: CgroupPlace): Cgroups {
  if (place.kind === "none") return place;
  const { area } = place;
  const leaf = join(area, LEAF);
  try {
    mkdirSync(leaf, { recursive: true });
    // A directory of any other file system holds nobody.
    if (readText(procs(leaf)) === undefined) {
      for (const made of [leaf, area]) rmdirSync(made);
      return { kind: "none", why: `${area} is not in a cgroup file system` };
    }
    if (place.leaves) writeFileSync(procs(leaf), String(process.pid));
    return { kind: "area", area };
  } catch (error) {
    return { kind: "none", why: `${area} can't be made: ${errno(error) ?? String(error)}` };
  }
}

/** Before the process ends: out of its leaf, and the area away unless attempts live on in it. */
export function leavePlace(cgroups: Cgroups): void {
  if (cgroups.kind === "none") return;
  const leaf = join(cgroups.area, LEAF);
  try {
    if (membersOf(leaf).includes(process.pid)) writeFileSync(procs(dirname(cgroups.area)), String(process.pid));
    for (const made of [leaf, cgroups.area]) rmdirSync(made);
  } catch {
    // Somebody lives in it, or has taken it away: it costs nothing, and the next supervisor uses it.
  }
}

/** Undefined where the system won't. */
export function makeCgroup(dir: string): string | undefined {
  try {
    mkdirSync(dir, { recursive: true });
    return dir;
  } catch {
    return undefined;
  }
}

const below = (dir: string): string[] => {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(dir, entry.name)] : [],
    );
  } catch {
    return [];
  }
};

/** The pids in it and in every cgroup below it; none where it is gone. */
export function membersOf(dir: string): number[] {
  let text = "";
  try {
    text = readFileSync(procs(dir), "utf8");
  } catch {
    // Gone, or a threaded one, whose processes are in the one above it.
  }
  // 0: a process of a pid namespace that we can't see into.
  const own = text
    .split("\n")
    .map(Number)
    .filter((pid) => pid > 0);
  return [...own, ...below(dir).flatMap(membersOf)];
}

/** The living processes of an attempt or of its checks; `group` is their cgroup's directory. One pass serves many. */
export function livingOf(all: readonly Proc[], uuid: string, leader: number, group: string | undefined): Proc[] {
  const members = group === undefined ? [] : membersOf(group);
  return belonging(withLater(all, members), uuid, leader, members);
}

/** Takes it and what is below it away if nothing lives in it; true when it is gone. */
export function removeCgroup(dir: string): boolean {
  for (const one of below(dir)) removeCgroup(one);
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    // EBUSY: somebody lives in it, or entered meanwhile; a later supervisor looks again.
    return errno(error) === "ENOENT";
  }
}

/** Takes away what dead attempts left: the empty ones, but for those of `held` attempts, which may not have begun. */
export function tidyCgroups(area: string, held: ReadonlySet<string>): void {
  for (const dir of below(area)) {
    const uuid = /\/(?:attempt|check)-([^/]+)$/.exec(dir)?.[1];
    if (uuid !== undefined && !held.has(uuid)) removeCgroup(dir);
  }
}
