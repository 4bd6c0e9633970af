/** Which attempt of a task is meant, and what of it is there as it was written. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { MIB, readText } from "@fleet/kit/read";
import { heldBy } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";

import { stderrPath } from "../../attempts/records/output.ts";
import { artifactsDir, type AttemptDir, attemptsOf, dirOf, KNOWLEDGE, PLAN } from "../../attempts/records/paths.ts";
import { promptPath } from "../../attempts/records/record.ts";
import { type Receipt, readReceipt } from "../../attempts/records/receipt.ts";
import { CommandError } from "../errors.ts";

export interface TaskOf {
  readonly home: string;
  readonly issue: Issue;
}

/** The newest, or the one of that number; of two of one number the one that holds the task, else the later one. */
export function attemptOf({ home, issue }: TaskOf, n: number | undefined): AttemptDir | undefined {
  const all = attemptsOf(home, issue.id);
  const held = heldBy(issue);
  const own = held === undefined ? undefined : dirOf(home, issue.id, held);
  const same = all.filter((one) => one.n === (n ?? all.at(-1)?.n));
  return same.find(({ dir }) => dir === own) ?? same.at(-1);
}

/** The same; throws where there is none. */
export function attemptMeant(of: TaskOf, n: number | undefined): AttemptDir {
  const found = attemptOf(of, n);
  if (found !== undefined) return found;
  const { id } = of.issue;
  const [first, ...others] = new Set(attemptsOf(of.home, id).map((one) => one.n));
  if (first !== undefined)
    throw new CommandError(`${id} has no attempt ${n}; there are ${[first, ...others].join(", ")}`, `fleet task ${id}`);
  if (isCleared(of.issue))
    throw new CommandError(
      `${id}: no attempt of it is kept in this home: removed by fleet gc, or made in another home`,
      `fleet bd history ${id}`,
    );
  throw new CommandError(`${id} has not started yet`, `fleet explain ${id}`);
}

/** It was tried, as the queue remembers; of an issue without any record on disk, `fleet gc` has deleted them. */
export const isCleared = (issue: Issue): boolean => (fleetRecord(issue).attempts ?? 0) > 0;

/** plan, knowledge: what the agent keeps across attempts · stderr, prompt: of one attempt. */
export type TextKind = "plan" | "knowledge" | "stderr" | "prompt";

export interface TextView {
  readonly path: string;
  readonly exists: boolean;
  readonly text: string;
}

export function textOf(of: TaskOf, kind: TextKind, n: number | undefined): TextView {
  const path = pathOf(of, kind, n);
  return { path, exists: existsSync(path), text: readText(path, { most: 64 * MIB }) ?? "" };
}

function pathOf(of: TaskOf, kind: TextKind, n: number | undefined): string {
  switch (kind) {
    case "plan":
      return join(artifactsDir(of.home, of.issue.id), PLAN);
    case "knowledge":
      return join(artifactsDir(of.home, of.issue.id), KNOWLEDGE);
    case "stderr":
      return stderrPath(attemptMeant(of, n).dir);
    case "prompt":
      return promptPath(attemptMeant(of, n).dir);
  }
}

/** Of the newest attempt that has one, or of the one of that number. */
export function receiptOf(of: TaskOf, n: number | undefined): Receipt {
  const meant = attemptMeant(of, n);
  const found = readReceipt(meant.dir) ?? (n === undefined ? lastReceipt(of) : undefined);
  if (found !== undefined) return found;
  throw new CommandError(`attempt ${meant.n} of ${of.issue.id} has no receipt yet`, `fleet task ${of.issue.id} log -f`);
}

/** While an attempt runs, what the one before it left is all there is to show. */
function lastReceipt({ home, issue }: TaskOf): Receipt | undefined {
  for (const { dir } of attemptsOf(home, issue.id).toReversed()) {
    const found = readReceipt(dir);
    if (found !== undefined) return found;
  }
  return undefined;
}
