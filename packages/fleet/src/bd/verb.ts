/**
 * What a verb of `fleet bd` is. A file under verbs/ exports one, with the verbs below it (`dep add`), and the table loads it
 * when it is asked for. What only some of them need (the write path, say) is imported by their `run`.
 */
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import type { Family } from "./errors.ts";

/**
 * A flag's kind, in pflag's terms.
 * string: takes a value, the last one counts · bool: may be given as --f=false · int: a whole number · float: any ·
 * list: split at commas with CSV quoting, may repeat · array: may repeat, not split.
 */
export interface Flag {
  readonly type: "string" | "bool" | "int" | "float" | "list" | "array";
  /** What a number may be, both ends with it. */
  readonly min?: number;
  readonly max?: number;
  readonly short?: string;
  readonly help: string;
  /** An alias or a leftover: accepted, not shown. */
  readonly hidden?: boolean;
  /** As shown by help. */
  readonly default?: string;
  /** What its value may be, where that is known beforehand: completion offers it. */
  readonly values?: readonly string[];
  /** Its value may be one of the home's statuses or types, built in or its own. */
  readonly home?: "status" | "type";
}
export type Flags = Readonly<Record<string, Flag>>;

export interface Verb {
  /** As after "Usage: bd ": `update [id...]`. */
  readonly usage: string;
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly about?: string;
  readonly flags?: Flags;
  /** Without "bd" in front. */
  readonly examples?: readonly string[];
  /** What a positional may be, by its name in `usage`, where that is known beforehand. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** How many positional arguments it takes, where `usage` does not say it: `[id]` may be left out, `<id>...` repeats. */
  readonly args?: { readonly min?: number; readonly max?: number };
  /** The last of them is a text: who gives more has left out its quotes. */
  readonly endsInText?: boolean;
  /** Where its refusals go when --json is given (as beads 1.0.5). */
  readonly errors?: Family;
  /** Refused by --readonly. Absent: it only reads. */
  readonly writes?: boolean;
  /** Verbs below this one: `dep add`. A group without `run` shows its help. */
  readonly subs?: Readonly<Record<string, SubVerb>>;
  readonly run?: (ctx: Ctx, args: Args) => Promise<number | void> | number | void;
}

interface SubVerb extends Verb {
  readonly aliases?: readonly string[];
}
