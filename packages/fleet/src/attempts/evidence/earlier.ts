/**
 * What the attempts before one changed since the work of their task began, each by its own looks: what a person changed between two
 * of them is none of theirs.
 */
import { ifReadable } from "@fleet/kit/errors";

import { attemptsOf } from "../records/paths.ts";
import { type AttemptRecord, readAttempt } from "../records/record.ts";
import { readReceipt } from "../records/receipt.ts";
import { readRan } from "../ran/ran.ts";
import { readAfter, readBefore, readOverlaps } from "./files.ts";
import { ownChanges } from "./own-changes.ts";
import { toolsRan } from "./tools.ts";

export interface Earlier {
  /** As paths from the task's directory, with what git ignores, and repositories inside. */
  readonly paths: ReadonlySet<string>;
  /** Commits by their hashes. */
  readonly commits: ReadonlySet<string>;
  /** All of them were looked at before and after. */
  readonly isKnown: boolean;
}

export const NO_EARLIER: Earlier = { paths: new Set(), commits: new Set(), isKnown: false };

/** Attempts in another directory do not count. */
export function earlierOf(home: string, { task, n, cwd, base }: AttemptRecord): Earlier {
  if (base === undefined) return NO_EARLIER;
  const before = attemptsOf(home, task).filter((one) => one.n < n);
  const records = before.map((one) => ({ ...one, record: ifReadable(() => readAttempt(one.dir)) }));
  const began = records.findIndex(({ record }) => record?.uuid === base);
  const done = records
    .slice(Math.max(0, began))
    .filter(({ record }) => record?.cwd === cwd)
    .map(({ dir }) => ifReadable(() => doneIn(dir, cwd)));
  return {
    paths: new Set(done.flatMap((one) => one?.paths ?? [])),
    commits: new Set(done.flatMap((one) => one?.commits ?? [])),
    isKnown: began >= 0 && !done.includes(undefined),
  };
}

interface Done {
  readonly paths: readonly string[];
  readonly commits: readonly string[];
}

/** Beside others what its receipt says, which counts what is surely its own. Undefined where that is not known. */
function doneIn(dir: string, cwd: string): Done | undefined {
  const was = readBefore(dir);
  // It never began.
  if (was === undefined) return { paths: [], commits: [] };
  if (readOverlaps(dir).length > 0) return doneBeside(dir);
  const is = readAfter(dir);
  if (is === undefined) return undefined;
  const looked = { dir, cwd, before: was, after: is, ran: readRan(dir), tools: toolsRan(dir) };
  const { paths, unread, nested, ignored, commits, blind, cut } = ownChanges(looked).changes;
  if (blind || cut) return undefined;
  return { paths: [...paths, ...unread, ...nested, ...ignored], commits: commits.map(({ hash }) => hash) };
}

function doneBeside(dir: string): Done | undefined {
  const receipt = readReceipt(dir);
  if (receipt === undefined) return undefined;
  const { files, outside = [], commits = [] } = receipt;
  return { paths: [...(files?.changed ?? []), ...outside], commits: commits.map(({ hash }) => hash) };
}
