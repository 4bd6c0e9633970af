/**
 * What an attempt is doing now: the last part of its events.jsonl, folded. Whoever looks again and again (`fleet top`) folds only what
 * came since: 50 attempts would be 12 MB to decode each second.
 */
import type { CoderEvent } from "@fleet/coders/events";
import { emptyFacts, type Facts, fold } from "@fleet/coders/facts";
import { unreadable } from "@fleet/kit/errors";
import { type OpenFile, openRegular, readFrom } from "@fleet/kit/read";

import { decodeEvent } from "../records/event-line.ts";
import { eventsPath } from "../records/output.ts";

const TAIL = 256 * 1024;

interface Known {
  readonly inode: number;
  /** Whole lines end here. */
  readonly offset: number;
  readonly facts: Facts;
}

/** By path, the most recently used at the end. */
const known = new Map<string, Known>();
/** More attempts run at once in no fleet. */
const MOST = 1_000;

export function recentFacts(dir: string): Facts {
  const path = eventsPath(dir);
  const opened = openRegular(path);
  if (opened.kind === "unreadable") throw unreadable(path, opened.why);
  // Not started, or nothing said yet.
  if (opened.kind === "absent") return emptyFacts();
  try {
    const now = factsOf(opened, known.get(path));
    known.delete(path);
    known.set(path, now);
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    return now.facts;
  } finally {
    opened.close();
  }
}

function factsOf({ file, inode, size: sizeNow }: OpenFile, before: Known | undefined): Known {
  const size = sizeNow();
  const isMore = before !== undefined && before.inode === inode && before.offset <= size;
  if (isMore && before.offset === size) return before;
  // More came than is read at once: the rest counts as not read yet.
  const goesOn = isMore && size - before.offset <= TAIL;
  const start = goesOn ? before.offset : Math.max(0, size - TAIL);
  const bytes = readFrom(file, start, size - start);
  const first = goesOn || start === 0 ? 0 : bytes.indexOf(10) + 1;
  const end = bytes.lastIndexOf(10) + 1;
  const lines = bytes.subarray(first, Math.max(first, end)).toString("utf8").split("\n");
  const events = lines.flatMap((line): CoderEvent[] => {
    const event = decodeEvent(line)?.event;
    return event === undefined ? [] : [event];
  });
  return { inode, offset: start + end, facts: events.reduce(fold, goesOn ? before.facts : emptyFacts()) };
}
