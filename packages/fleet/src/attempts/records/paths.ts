/** Where a task's and an attempt's record is on disk (ARCHITECTURE "The record of an attempt"). */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { errno } from "@fleet/kit/errors";

export const tasksDir = (home: string): string => join(home, "tasks");
export const taskDir = (home: string, id: string): string => join(tasksDir(home), id);
export const attemptsDir = (home: string, id: string): string => join(taskDir(home, id), "attempts");
export const attemptDir = (home: string, id: string, n: number): string => join(attemptsDir(home, id), String(n));
export const artifactsDir = (home: string, id: string): string => join(taskDir(home, id), "artifacts");

/** The files of one attempt, by what they hold. */
export const FILES = {
  attempt: "attempt.json",
  prompt: "prompt.md",
  pid: "pid",
  log: "log.jsonl",
  stderr: "log.stderr",
  events: "events.jsonl",
  exit: "exit.json",
  stop: "stop.json",
  liveness: "liveness.json",
  outcome: "outcome.json",
  receipt: "receipt.json",
  warned: "warned.jsonl",
  /** A directory. */
  waits: "waits",
} as const;

export const PLAN = "PLAN_AND_STATUS.md";
export const KNOWLEDGE = "KNOWLEDGE.md";

/** Names in a directory; none when there is no such directory. */
export function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** The numbers of a task's attempts that have a directory, ascending. */
export function attemptNumbers(home: string, id: string): number[] {
  return list(attemptsDir(home, id))
    .map(Number)
    .filter((n) => Number.isInteger(n) && n > 0)
    .sort((a, b) => a - b);
}
