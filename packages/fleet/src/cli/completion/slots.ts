/** What a command's arguments may be, read from its usage line: `retry <id..>`, `update [id...]`, `task <id> [view]`. Pure. */

/**
 * What the home is asked for at each completion.
 * task: the id of a task · coder: the name of a coder · account: the name of an account · held: what `fleet resume` lifts · status, type: one that an issue may have
 */
export const ASKED = ["task", "coder", "account", "held", "status", "type"] as const;
type Asked = (typeof ASKED)[number];

/** What may stand in a place, beside words that are known beforehand. file: a path · none: nothing that could be named. */
export type Kind = Asked | "file" | "none";

/** One positional argument. */
export interface Slot {
  readonly name: string;
  readonly kind: Kind;
  /** `<id>`, not `[view]`. */
  readonly isRequired: boolean;
  /** May be given again and again. */
  readonly repeats: boolean;
}

/** By what the place is called, as usage lines call them. */
function kindOf(name: string): Kind {
  if (/^(?!new-)(?:.+-)?id\d*$/.test(name) || name === "depends-on-id") return "task";
  if (name === "coder" || name === "account" || name === "held") return name;
  return name.split("|").some((part) => /^(?:dir|directory|file|path|home|remote)$/.test(part)) ? "file" : "none";
}

/** Of a usage line without the command's own name. What belongs to an option (`--of <canonical>`) is no argument. */
export function slotsOf(usage: string): Slot[] {
  const places = usage.replaceAll(/--\S+ <[^>]*>/g, "").match(/[<[]\S+/g) ?? [];
  const slots: Slot[] = [];
  for (const place of places) {
    const name = place.replaceAll(/[[\]<>]|\.{2,3}/g, "");
    const repeats = place.includes("..");
    const last = slots.at(-1);
    // `<issue-id> [issue-id...]` is one place that repeats.
    if (repeats && last?.name === name) slots[slots.length - 1] = { ...last, repeats };
    else slots.push({ name, kind: kindOf(name), isRequired: place.startsWith("<"), repeats });
  }
  return slots;
}
