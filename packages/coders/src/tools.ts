/** Tools under way, for streams whose "it ended" line has only the id. */

import { own } from "@fleet/kit/own";
import { clipStart } from "@fleet/kit/text";

import type { CoderEvent } from "./events.ts";
import { OUTPUT_LIMIT } from "./text-limits.ts";

export interface Began {
  readonly tool: string;
  readonly summary: string;
  /** Files that it names as written. */
  readonly writes?: readonly string[];
  /** It can change nothing. */
  readonly reads?: true;
}

export type OpenTools = Readonly<Record<string, Began>>;

export function begin(open: OpenTools, id: string, began: Began): OpenTools {
  return { ...open, [id]: began };
}

export function end(open: OpenTools, id: string): OpenTools {
  return Object.fromEntries(Object.entries(open).filter(([other]) => other !== id));
}

/** A tool whose start was not seen (an adopted log that was cut) is still counted, nameless. */
export function began(open: OpenTools, id: string): Began {
  return own(open, id) ?? { tool: "tool", summary: "" };
}

/** The output of a tool, as its end event keeps it; empty if it printed nothing. */
export function printed(output: string | undefined): { readonly output?: string } {
  const text = output?.trimEnd() ?? "";
  return text === "" ? {} : { output: clipStart(text, OUTPUT_LIMIT) };
}

const NAMES = /"(?:tool_use_id|tool_id|callID|id)" ?: ?"([^"\\]{1,200})"/g;

/** The ends of those open tools that a piece of a line names: for a line that is too long to be decoded. */
export function endedBy(
  open: readonly { readonly id: string; readonly tool: string; readonly summary: string }[],
  piece: string,
): readonly Extract<CoderEvent, { kind: "tool-finished" }>[] {
  const named = new Set([...piece.matchAll(NAMES)].map(([, id]) => id));
  const ok = !/"is_error" ?: ?true\b/.test(piece);
  return open.flatMap(({ id, tool, summary }) =>
    named.has(id) ? [{ kind: "tool-finished", id, tool, summary, ok } as const] : [],
  );
}
