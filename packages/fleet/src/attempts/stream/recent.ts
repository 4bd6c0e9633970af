/** What an attempt is doing now: the last part of its events.jsonl, folded. */
import type { CoderEvent } from "@fleet/coders/events";
import { emptyFacts, type Facts, fold } from "@fleet/coders/facts";
import { readEnd } from "@fleet/kit/read";

import { decodeEvent } from "../records/event-line.ts";
import { eventsPath } from "../records/output.ts";

const TAIL = 256 * 1024;

export function recentFacts(dir: string): Facts {
  // Not started, or nothing said yet.
  const text = readEnd(eventsPath(dir), TAIL) ?? "";
  const lines = text.split("\n").slice(Buffer.byteLength(text) < TAIL ? 0 : 1);
  const events: CoderEvent[] = lines.flatMap((line) => decodeEvent(line)?.event ?? []);
  return events.reduce(fold, emptyFacts());
}
