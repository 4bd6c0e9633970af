/** Where a task's and an attempt's record is on disk (ARCHITECTURE "The record of an attempt"): the only maker of these paths. */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { readJson } from "@fleet/kit/json";
import { list } from "@fleet/kit/list";

import { FILES } from "./files.ts";

export const tasksDir = (home: string): string => join(home, "tasks");
export const taskDir = (home: string, id: string): string => join(tasksDir(home), id);
export const attemptsDir = (home: string, id: string): string => join(taskDir(home, id), "attempts");
export const basesDir = (home: string, id: string): string => join(taskDir(home, id), "bases");
export const artifactsDir = (home: string, id: string): string => join(taskDir(home, id), "artifacts");

export const PLAN = "PLAN_AND_STATUS.md";
export const KNOWLEDGE = "KNOWLEDGE.md";

/** Which of a task's attempts: its number alone does not say so, because a branch that is moved back gives it out again. */
interface Ref {
  readonly n: number;
  readonly uuid: string;
}

/** An attempt's directory that is there. */
export interface AttemptDir {
  readonly n: number;
  /** `3`, or `3-7f3a9c1e` where another attempt had taken the number. */
  readonly name: string;
  readonly dir: string;
}

const NAME = /^([1-9]\d*)(?:-[0-9a-f]{8})?$/;

/** All attempts of a task that have a directory, by number. */
export function attemptsOf(home: string, task: string): AttemptDir[] {
  const parent = attemptsDir(home, task);
  return list(parent)
    .flatMap((name) => {
      const n = NAME.exec(name)?.[1];
      return n === undefined ? [] : [{ n: Number(n), name, dir: join(parent, name) }];
    })
    .sort((a, b) => a.n - b.n || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

/**
 * Where an attempt's record is, or will be. A directory that holds another attempt's record is left to that one; this one's
 * then carries a part of its uuid, also after the other directory was deleted.
 */
export function dirOf(home: string, task: string, { n, uuid }: Ref): string {
  const parent = attemptsDir(home, task);
  const plain = join(parent, String(n));
  const own = `${n}-${uuid.slice(0, 8)}`;
  if (list(parent).includes(own)) return join(parent, own);
  const whose = uuidIn(plain);
  return whose === undefined || whose === uuid ? plain : join(parent, own);
}

/** Which attempt of the task it was; undefined where no record of it is left. */
export const numberOf = (home: string, task: string, uuid: string): number | undefined =>
  attemptsOf(home, task).find(({ dir }) => uuidIn(dir) === uuid)?.n;

/** The attempt whose record is in the directory. Undefined if it can't be read: it may be the one that is looked for. */
function uuidIn(dir: string): string | undefined {
  const value = ifReadable(() => readJson(join(dir, FILES.attempt)));
  if (typeof value !== "object" || value === null || !("uuid" in value)) return undefined;
  return typeof value.uuid === "string" ? value.uuid : undefined;
}
