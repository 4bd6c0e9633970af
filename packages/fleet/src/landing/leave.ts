/** Deletes landing trees, under the lander's lock: they are derived data, and the next landing makes them again. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import { ensureDir, makeWritable, move, removeTree } from "@fleet/kit/files";
import { whileLocked } from "@fleet/kit/held-lock";

import { list } from "@fleet/kit/list";
import { bytesOf } from "../attempts/records/removal.ts";
import { leavingDir, workDir } from "../workspaces/paths.ts";
import { dropActive, readActive } from "./active.ts";
import type { Move } from "./move.ts";
import { lockOf } from "./recover.ts";

export interface LandingTreeSeen {
  readonly dir: string;
  /** The depot of the same repository. */
  readonly depot: string;
  readonly bytes: number;
  /** The move that is under way there, or that a killed lander left. */
  readonly active: Move | undefined;
}

const TREE = /^([0-9a-f]{16}\.land)(?:\.json)?$/;

export function landingTrees(home: string): LandingTreeSeen[] {
  const names = new Set(list(workDir(home)).flatMap((name) => TREE.exec(name)?.[1] ?? []));
  return [...names].sort().map((name) => {
    const dir = join(workDir(home), name);
    return {
      dir,
      depot: dir.replace(/\.land$/, ".git"),
      bytes: bytesOf(dir),
      active: readActive(dir),
      isHeld: existsSync(`${dir}.lock`),
    };
  });
}

/** Runs `work` as the only lander there; undefined where another is at work. */
export async function whileNobodyLands<T>(dir: string, work: () => Promise<T>): Promise<T | undefined> {
  const locked = await whileLocked(lockOf(dir), 0, work);
  return locked.kind === "done" ? locked.value : undefined;
}

/** `force`: the noted move can no longer be finished. False where a lander is working, or died in a move. */
export async function removeLandingTree(home: string, dir: string, force: boolean): Promise<boolean> {
  const removed = await whileNobodyLands(dir, async () => {
    if (!force && readActive(dir) !== undefined) return false;
    if (existsSync(dir)) {
      const leaving = join(leavingDir(home), `${basename(dir)}.proven`);
      ensureDir(leavingDir(home), 0o700);
      removeTree(leaving);
      makeWritable(dir);
      move(dir, leaving);
      removeTree(leaving);
    }
    dropActive(dir);
    return true;
  });
  return removed === true;
}
