/**
 * What the attempts before one changed since the work of their task began, each by its own looks: what a person changed between two
 * of them is none of theirs.
 */
import { ifReadable } from "@fleet/kit/errors";

import { type AttemptDir, attemptsOf } from "../records/paths.ts";
import { type AttemptRecord, readAttempt, readReceipt } from "../records/record.ts";
import { changesBetween } from "./changes.ts";
import { readAfter, readBefore, readOverlaps } from "./files.ts";

/** As paths from the directory of `record`; of attempts in another directory nothing. Empty where nothing was asked that it could matter for. */
export function earlierChanges(home: string, { task, n, cwd, base, asked }: AttemptRecord): ReadonlySet<string> {
  const isAsked = asked !== undefined && asked.allow.length + asked.deny.length + asked.check_paths.length > 0;
  if (!isAsked || base === undefined) return new Set();
  const before = attemptsOf(home, task).filter((one) => one.n < n);
  const records = before.map((one) => ({ ...one, record: ifReadable(() => readAttempt(one.dir)) }));
  const began = records.findIndex(({ record }) => record?.uuid === base);
  return new Set(
    records
      .slice(Math.max(0, began))
      .flatMap(({ dir, record }) => (record?.cwd === cwd ? (ifReadable(() => changedBy({ dir }, cwd)) ?? []) : [])),
  );
}

/** Beside others only what was held against it is surely its own. */
function changedBy({ dir }: Pick<AttemptDir, "dir">, cwd: string): readonly string[] {
  const [was, is] = [readBefore(dir), readAfter(dir)];
  if (was === undefined || is === undefined || readOverlaps(dir).length > 0) return readReceipt(dir)?.outside ?? [];
  const { paths, unread, nested, ignored } = changesBetween(cwd, was, is);
  return [...paths, ...unread, ...nested, ...ignored];
}
