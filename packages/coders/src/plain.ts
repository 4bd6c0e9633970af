/** Output that is text and nothing else: every line is one. */
import type { Decoded } from "./coder.ts";
import { clip } from "@fleet/kit/text";
import { TEXT_LIMIT } from "./text-limits.ts";

export function decodeText<S>(line: string, state: S): Decoded<S> {
  return { state, events: line.trim() === "" ? [] : [{ kind: "text", text: clip(line, TEXT_LIMIT) }] };
}
