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
