/** The attempts' directories of a home, with their sizes, and taking them away. */
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { move, removeTree } from "@fleet/kit/files";
import { heldBy } from "@fleet/store/claims";
import { errno, ifReadable } from "@fleet/kit/errors";
import type { Snapshot } from "@fleet/store/snapshot";

import { readAttempt, readOutcome } from "../../attempts/records/record.ts";
import { attemptsDir, attemptsOf, list, tasksDir } from "../../attempts/records/paths.ts";
import { keepUsed } from "../../attempts/limits/spent-file.ts";
import { lookUp } from "./observe/look-up.ts";
import type { Kept } from "../core/retention.ts";

/** Out of everybody's sight before it is taken apart: half of an attempt's record would look like one to be settled. */
const GOING = ".going-";

/** Bytes on disk of everything below; what vanishes meanwhile counts nothing. */
function bytesOf(path: string): number {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return 0;
    throw error;
  }
  return entries.reduce((sum, entry) => {
    const below = join(path, entry.name);
    if (entry.isDirectory()) return sum + bytesOf(below);
    const stat = lstatSync(below, { throwIfNoEntry: false });
    // A sparse or compressed file takes what it takes.
    return sum + (stat === undefined ? 0 : Math.min(stat.size, stat.blocks * 512));
  }, 0);
}

/** All of them, or those of one task. */
export function scan(home: string, snapshot: Snapshot, only?: string): Kept[] {
  return (only === undefined ? list(tasksDir(home)) : [only]).flatMap((task) => {
    const all = attemptsOf(home, task);
    const last = all.at(-1)?.n;
    return all.map(({ n, name, dir }): Kept => {
      const at = ifReadable(() => readOutcome(dir))?.at;
      return {
        task,
        name,
        bytes: bytesOf(dir),
        endedAt: at === undefined ? undefined : Date.parse(at),
        task_is: stateOf(snapshot, task, ifReadable(() => readAttempt(dir))?.uuid),
        newest: n === last,
      };
    });
  });
}

function stateOf(snapshot: Snapshot, task: string, uuid: string | undefined): Kept["task_is"] {
  const looked = lookUp(snapshot, task);
  if (looked.kind === "unknown") return "unknown";
  const { issue } = looked;
  if (issue === undefined) return "closed";
  const held = heldBy(issue);
  if (held !== undefined) return held.uuid === uuid ? "held" : "live";
  if (issue.status === "closed") return "closed";
  return issue.status === "blocked" ? "waiting" : "live";
}

/** Takes the directory away, so that a crash at any moment leaves all of it or nothing that looks like an attempt. */
export function remove(home: string, { task, name }: Kept): void {
  const dir = attemptsDir(home, task);
  const going = join(dir, `${GOING}${name}`);
  keepUsed(home, task, join(dir, name));
  removeTree(going);
  move(join(dir, name), going);
  removeTree(going);
}

/** What a killed `gc` left half taken away. */
export function sweepLeftovers(home: string): void {
  for (const task of list(tasksDir(home)))
    for (const name of list(attemptsDir(home, task)))
      if (name.startsWith(GOING)) removeTree(join(attemptsDir(home, task), name));
}
