/**
 * What a dead lander left, put right by whoever comes next: the next landing, before it touches the landing tree, and the supervisor,
 * which needs nobody to ask for one.
 */
import { join } from "node:path";

import { isHeld, whileLocked } from "@fleet/kit/held-lock";

import { list } from "../attempts/records/paths.ts";
import { workDir } from "../workspaces/paths.ts";
import { dropActive, readActive } from "./active.ts";
import { endChecks } from "./marked.ts";
import type { Move, Moving } from "./move.ts";
import { recoverPush } from "./push.ts";
import { recoverMove } from "./recover-move.ts";

/** Held by whoever lands in the source of this landing tree. */
export const lockOf = (dir: string): string => `${dir}.lock`;

/** By the one who holds the lock. The answer names, a sentence each, what somebody changed and was therefore left as it is. */
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

/** The landing trees of which a lander works, or died: it leaves its lock, or a move that is under way. */
const landingsIn = (home: string): string[] => [
  ...new Set(list(workDir(home)).flatMap((name) => LEFT.exec(name)?.[1] ?? [])),
];

export interface Recovered {
  /** Of the move that was under way; undefined where its lander died before it had begun one. */
  readonly task: string | undefined;
  /** As of `recoverIn`. */
  readonly told: readonly string[];
}

/** In all sources of a home, but where a living lander works. Costs one look at a directory where nothing was left. */
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

/** The moves that a dead lander left half done, for whoever only looks. */
export const leftMoves = (home: string): Move[] =>
  landingsIn(home).flatMap((name) => {
    const dir = join(workDir(home), name);
    return isHeld(lockOf(dir)) ? [] : (readActive(dir) ?? []);
  });
