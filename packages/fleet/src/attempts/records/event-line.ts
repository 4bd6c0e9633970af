/** A line of events.jsonl: an event of the coder with the time it was seen and the log's offset behind it. */
import { parseJson } from "@fleet/kit/json";
import * as z from "zod/mini";

import { type CoderEvent, coderEvent } from "@fleet/coders/events";

const timed = z.object({ at: z.string() });

/** Undefined for what is no event: an empty line, one cut short by a crash. */
export function decodeEvent(text: string): { readonly at: string; readonly event: CoderEvent } | undefined {
  const value = text === "" ? undefined : parseJson(text);
  // One after the other: an intersection takes twice as long, and `fleet top` decodes 500 lines a second.
  const event = z.safeParse(coderEvent, value);
  const line = z.safeParse(timed, value);
  return event.success && line.success ? { at: line.data.at, event: event.data } : undefined;
}
