/** A line of events.jsonl: an event of the coder with the time it was seen and the log's offset behind it. */
import { parseJson } from "@fleet/kit/json";
import * as z from "zod/mini";

import { type CoderEvent, coderEvent } from "@fleet/coders/events";

const line = z.intersection(z.object({ at: z.string() }), coderEvent);

/** Undefined for what is no event: an empty line, one cut short by a crash. */
export function decodeEvent(text: string): { readonly at: string; readonly event: CoderEvent } | undefined {
  const decoded = z.safeParse(line, text === "" ? undefined : parseJson(text));
  if (!decoded.success) return undefined;
  const { at, ...event } = decoded.data;
  return { at, event };
}

/** One readable line: what `task ID log` prints. Undefined for what only machines want to know. */
export function readable(event: CoderEvent): string | undefined {
  switch (event.kind) {
    case "session-started":
      return `session ${event.session}${event.model === undefined ? "" : ` (${event.model})`}`;
    case "text":
      return event.text;
    case "tool-started":
      return `▸ ${event.tool}: ${event.summary}`;
    case "tool-finished":
      return `${event.ok ? "✓" : "✗"} ${event.tool}: ${event.summary}`;
    case "usage":
    case "background":
    case "windows":
      return undefined;
    case "limit":
      return `limit (${event.state}): ${event.detail}${event.until === undefined ? "" : ` until ${event.until}`}`;
    case "question":
      return `? ${event.text}`;
    case "waiting":
      return `? ${event.for}: ${event.text}`;
    case "result":
      return `${event.ok ? "result" : "result, not ok"}: ${event.text}`;
    case "error":
      return `error: ${event.message}`;
    case "unrecognised":
      return event.line;
  }
}
