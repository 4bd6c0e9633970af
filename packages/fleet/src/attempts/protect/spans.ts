/** When the tools of an attempt ran, and what they were called with, by its own stream. */
import { readEnd } from "@fleet/kit/read";

import { decodeEvent } from "../records/event-line.ts";
import { eventsPath } from "../records/output.ts";

export interface ToolSpan {
  /** Milliseconds since 1970, as they were seen; of one that runs still `until` is infinite. */
  readonly from: number;
  readonly until: number;
  /** One line: of a shell tool its command, cut where it is long. */
  readonly text: string;
}

/** What came last is read. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A coder that does not tell when a tool begins: since what it told before. */
export function toolSpans(dir: string): ToolSpan[] {
  const spans: ToolSpan[] = [];
  const open = new Map<string, ToolSpan>();
  let last = 0;
  for (const line of (readEnd(eventsPath(dir), MOST_BYTES) ?? "").split("\n")) {
    const decoded = decodeEvent(line);
    if (decoded === undefined) continue;
    const { event } = decoded;
    const at = Date.parse(decoded.at);
    if (event.kind === "tool-started") open.set(event.id, { from: at, until: Infinity, text: event.summary });
    if (event.kind === "tool-finished") {
      const began = open.get(event.id);
      open.delete(event.id);
      spans.push({ from: began?.from ?? (last || at), until: at, text: began?.text || event.summary });
    }
    last = at;
  }
  return [...spans, ...open.values()];
}
