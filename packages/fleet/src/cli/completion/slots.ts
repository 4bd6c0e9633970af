/** The kinds of a command's arguments, read from its usage line: `retry <id..>`, `update [id...]`, `task <id> [view]`. Pure. */

/**
 * Values that are read from the home at each completion. task: the id of a task · coder, account: a name · held: what `fleet resume`
 * lifts · status, type: those that an issue may have.
 */
export const ASKED = ["task", "coder", "account", "held", "status", "type"] as const;
type Asked = (typeof ASKED)[number];

/** The kind of an argument, besides known words. file: a path · none: nothing to offer. */
export type Kind = Asked | "file" | "none";

/** One positional argument. */
export interface Slot {
  readonly name: string;
  readonly kind: Kind;
  /** `<id>`, not `[view]`. */
  readonly isRequired: boolean;
  /** May be repeated. */
  readonly repeats: boolean;
}

/** Kinds by the placeholder's name in usage lines. */
function kindOf(name: string): Kind {
  if (/^(?!new-)(?:.+-)?id\d*$/.test(name) || name === "depends-on-id") return "task";
  if (name === "coder" || name === "account" || name === "held") return name;
  return name.split("|").some((part) => /^(?:dir|directory|file|path|home|remote)$/.test(part)) ? "file" : "none";
}

/** From a usage line without the command's own name. An option's placeholder (`--of <canonical>`) is no argument. */
export function slotsOf(usage: string): Slot[] {
  const places = usage.replaceAll(/--\S+ <[^>]*>/g, "").match(/[<[]\S+/g) ?? [];
  const slots: Slot[] = [];
  for (const place of places) {
    const name = place.replaceAll(/[[\]<>]|\.{2,3}/g, "");
    const repeats = place.includes("..");
    const last = slots.at(-1);
    // `<issue-id> [issue-id...]` is one argument that repeats.
    if (repeats && last?.name === name) slots[slots.length - 1] = { ...last, repeats };
    else slots.push({ name, kind: kindOf(name), isRequired: place.startsWith("<"), repeats });
  }
  return slots;
}
