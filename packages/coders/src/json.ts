/** From a line of a log to data: the one place where JSON is parsed. */
import * as z from "zod/mini";
import type { CoderEvent } from "./events.ts";
import { clip } from "@fleet/kit/text";
import { LINE_LIMIT } from "./text-limits.ts";

/** The value as `schema` has it, or undefined. */
export function read<T extends z.core.$ZodType>(schema: T, value: unknown): z.output<T> | undefined {
  const parsed = z.safeParse(schema, value);
  return parsed.success ? parsed.data : undefined;
}

/**
 * A field that is nice to have: absent, null or of an unexpected shape are all undefined, so that a newer version's change
 * to a side field does not cost the whole line.
 */
export function maybe<T extends z.core.$ZodType>(schema: T) {
  return z.catch(z.optional(schema), undefined);
}

export function unrecognised(line: string): CoderEvent {
  return { kind: "unrecognised", line: clip(line, LINE_LIMIT) };
}
