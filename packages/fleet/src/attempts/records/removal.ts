/** An attempt's directory: how large it is, and deleting it so that a crash leaves nothing that looks like an attempt. */
import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { move, removeTree } from "@fleet/kit/files";
import { errno } from "@fleet/kit/errors";

import { keepUsed } from "../limits/spent-file.ts";
import { attemptsDir, tasksDir } from "./paths.ts";
import { list } from "@fleet/kit/list";

/** Renamed first: a half-deleted record would look unsettled. */
const GOING = ".going-";

/** Bytes on disk of everything below; what vanishes meanwhile, or may not be looked into, counts nothing. */
export function bytesOf(path: string): number {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errno(error) ?? "")) return 0;
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

/** `name`: of its directory. What it used is kept for the limits of its task. A crash at any moment leaves all of it or nothing that looks like an attempt. */
export function removeAttempt(home: string, task: string, name: string): void {
  const dir = attemptsDir(home, task);
  keepUsed(home, task, join(dir, name));
  const going = join(dir, `${GOING}${name}`);
  removeTree(going);
  move(join(dir, name), going);
  removeTree(going);
}

/** Directories that a killed `gc` left half deleted. */
export function sweepLeftovers(home: string): void {
  for (const task of list(tasksDir(home)))
    for (const name of list(attemptsDir(home, task)))
      if (name.startsWith(GOING)) removeTree(join(attemptsDir(home, task), name));
}
