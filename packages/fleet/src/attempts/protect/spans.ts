/** When the tools of an attempt ran, and what they were called with, by its own stream. */
import { readEnd } from "@fleet/kit/read";

import { decodeEvent } from "../records/event-line.ts";
import { eventsPath } from "../records/output.ts";
import { readPrompt } from "../records/record.ts";

export interface ToolSpan {
  /** Milliseconds since 1970, as they were seen; of one that runs still `until` is infinite. */
  readonly from: number;
  readonly until: number;
  /** One line: of a shell tool its command, cut where it is long. */
  readonly text: string;
}

/** Tools are seen to begin so much later than they do, at most, in milliseconds. */
export const LAG = 3_000;

/** Only the end is read. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Matches a script line that writes to a file it names. */
const WRITING = />|(?:^|[\s;&|(/])(?:tee|sed|cp|mv|ln|rm|chmod|install|dd|perl|python[\d.]*|node|ruby|git)(?=\s)/;

/** A script is one tool, from its beginning to its end: its lines that may write something. */
export function scriptSpan(dir: string): ToolSpan[] {
  const text = readPrompt(dir) ?? "";
  const lines = text.split("\n").filter((line) => WRITING.test(line));
  return [{ from: -Infinity, until: Infinity, text: lines.join("\n") }];
}

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
