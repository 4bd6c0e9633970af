/** Tools under way, for streams whose "it ended" line has only the id. */

export interface Began {
  readonly tool: string;
  readonly summary: string;
  /** Files that it names as written. */
  readonly writes?: readonly string[];
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
  return (Object.hasOwn(open, id) ? open[id] : undefined) ?? { tool: "tool", summary: "" };
}
