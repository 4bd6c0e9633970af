/**
 * Where cgroups of attempts may be made (pure). Only in a tree that is ours to use: a unit with Delegate=yes (whose
 * Environment= says so), a directory that somebody names, or a container's own tree, which no systemd manages. A group
 * without controllers needs no "no internal processes": that rule is about cgroup.subtree_control, and nothing is written
 * there; the supervisor sits in a leaf of its own all the same, so that whoever enables controllers above may do so.
 */
import { join, normalize, relative } from "node:path";

import { crypto } from "@fleet/kit/node";

export interface CgroupFacts {
  readonly platform: NodeJS.Platform;
  /** /proc/self/mountinfo and /proc/self/cgroup, as text. */
  readonly mounts: string;
  readonly own: string;
  /** FLEET_CGROUP: "delegated" (our own cgroup is ours to divide), "off", the path of a delegated cgroup, or nothing. */
  readonly word: string | undefined;
  readonly home: string;
}

export type CgroupPlace =
  /** `area`: the directory of this home's cgroups. `leaves`: this process is inside of the tree and moves to its leaf. */
  | { readonly kind: "area"; readonly area: string; readonly leaves: boolean }
  | { readonly kind: "none"; readonly why: string };

/** The supervisor's own leaf, and what attempts and their checks are called beside it. */
export const LEAF = "supervisor";
export const attemptGroup = (area: string, uuid: string): string => join(area, `attempt-${uuid}`);
/** The cgroup of the checks: beside the attempt's, so that ending one does not end the other. */
export const checkGroup = (attempt: string): string => attempt.replace(/attempt-([^/]*)$/, "check-$1");

/** Whether a recorded path is what we would have made: any other (`/`, say) is not one to kill. */
export const isGroupOf = (path: string, uuid: string): boolean =>
  /^\/.*\/fleet-[0-9a-f]{8}\/[^/]+$/.test(path) && path === normalize(path) && path.endsWith(`/attempt-${uuid}`);

export const areaName = (home: string): string =>
  `fleet-${crypto().createHash("sha256").update(home).digest("hex").slice(0, 8)}`;

const none = (why: string): CgroupPlace => ({ kind: "none", why });

export function cgroupPlace(facts: CgroupFacts): CgroupPlace {
  const { word = "" } = facts;
  const name = areaName(facts.home);
  if (facts.platform !== "linux") return none("only Linux has them");
  if (word === "off") return none("FLEET_CGROUP=off");
  const lines = facts.own.split("\n").filter((line) => line !== "");
  const path = lines.find((line) => line.startsWith("0::"))?.slice("0::".length);
  const own = path === undefined ? undefined : shownAt(facts.mounts, path);
  if (word.startsWith("/")) {
    const inside = own !== undefined && !relative(word, own).startsWith("..");
    return { kind: "area", area: join(word, name), leaves: inside };
  }
  if (path === undefined) return none("this system has cgroups of version 1 only");
  // A supervisor that was started from inside of an attempt, or follows one in its leaf.
  const at = own?.search(new RegExp(String.raw`/${name}/(?:${LEAF}|attempt-|check-)`)) ?? -1;
  if (own !== undefined && at >= 0) return { kind: "area", area: own.slice(0, at + 1 + name.length), leaves: true };
  if (lines.length > 1) return none("this system has cgroups of versions 1 and 2 (hybrid)");
  if (own === undefined) return none("no mounted cgroup file system shows this process's cgroup");
  const isSystemds = path.split("/").some((part) => /\.(?:service|scope|slice)$/.test(part));
  if (word !== "delegated" && isSystemds)
    return none("the cgroup belongs to systemd and is not delegated to fleet (fleet service install)");
  return { kind: "area", area: join(own, name), leaves: true };
}

/** Where a cgroup of the version 2 tree is to be seen, by the lines of mountinfo (proc(5)). */
function shownAt(mounts: string, path: string): string | undefined {
  for (const line of mounts.split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    if (right.split(" ")[0] !== "cgroup2") continue;
    const [, , , root = "", point = ""] = left.split(" ").map(unescaped);
    const below = relative(root, path);
    if (!below.startsWith("..") && !path.startsWith("/..")) return join(point, below);
  }
  return undefined;
}

const unescaped = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
