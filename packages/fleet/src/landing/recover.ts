/**
 * Repairs what a dead lander left: run by the next landing before it touches the landing tree, and by the supervisor, which does so
 * unasked.
 */
import { join } from "node:path";

import { isHeld, whileLocked } from "@fleet/kit/held-lock";

import { list } from "@fleet/kit/list";
import { workDir } from "../workspaces/paths.ts";
import { dropActive, readActive } from "./active.ts";
import { endChecks } from "./marked.ts";
import type { Move, Moving } from "./move.ts";
import { recoverPush } from "./push.ts";
import { recoverMove } from "./recover-move.ts";

/** Held by the process that lands in the source of this landing tree. */
export const lockOf = (dir: string): string => `${dir}.lock`;

/** Called by the lock's holder. Returns one sentence for each thing that was left alone because somebody had changed it. */
export async function recoverIn(moving: Moving, dir: string): Promise<readonly string[]> {
  await endChecks(dir);
  const move = readActive(dir);
  if (move === undefined) return [];
  const recover = move.remote === undefined ? recoverMove : recoverPush;
  const told = await recover(moving, move);
  dropActive(dir);
  return told;
}

const LEFT = /^([0-9a-f]{16}\.land)\.(?:json|lock)$/;

/** Landing trees with a lock or an open move: a lander works there, or died there. */
const landingsIn = (home: string): string[] => [
  ...new Set(list(workDir(home)).flatMap((name) => LEFT.exec(name)?.[1] ?? [])),
];

export interface Recovered {
  /** The move that was under way; undefined where the lander died before it began one. */
  readonly task: string | undefined;
  /** As of `recoverIn`. */
  readonly told: readonly string[];
}

/** In all sources of a home, except where a living lander works. Costs one readdir when there is nothing to repair. */
export async function recoverAll(moving: Moving): Promise<Recovered[]> {
  const recovered: Recovered[] = [];
  for (const name of landingsIn(moving.home)) {
    const dir = join(workDir(moving.home), name);
    const done = await whileLocked(lockOf(dir), 0, async () => {
      const task = readActive(dir)?.task;
      return { task, told: await recoverIn(moving, dir) };
    });
    if (done.kind === "done") recovered.push(done.value);
  }
  return recovered;
}

/** The unfinished moves of dead landers, read-only. */
export const leftMoves = (home: string): Move[] =>
  landingsIn(home).flatMap((name) => {
    const dir = join(workDir(home), name);
    return isHeld(lockOf(dir)) ? [] : (readActive(dir) ?? []);
  });
