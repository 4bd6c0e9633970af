/**
 * The type of a verb of `fleet bd`. A file under verbs/ exports one, with its subcommands (`dep add`), and the table loads it on
 * demand. What only some of them need (the write path, for example) is imported inside `run`.
 */
import type { Args } from "./args.ts";
import type { Ctx } from "./context.ts";
import type { Family } from "./errors.ts";

/**
 * Kinds of flags, in pflag's terms. string: takes a value, the last one counts · bool: may be given as --f=false · int: a whole
 * number · float: any number · list: split at commas with CSV quoting, may repeat · array: may repeat, not split.
 */
export interface Flag {
  readonly type: "string" | "bool" | "int" | "float" | "list" | "array";
  /** A number's range, inclusive. */
  readonly min?: number;
  readonly max?: number;
  readonly short?: string;
  readonly help: string;
  /** An alias or obsolete flag: accepted, not shown. */
  readonly hidden?: boolean;
  /** As shown by help. */
  readonly default?: string;
  /** Values known beforehand, for completion. */
  readonly values?: readonly string[];
  /** A status or type, built in or custom. */
  readonly home?: "status" | "type";
}
export type Flags = Readonly<Record<string, Flag>>;

export interface Verb {
  /** The usage after "bd ": `update [id...]`. */
  readonly usage: string;
  readonly summary: string;
  /** Further paragraphs of the help. */
  readonly about?: string;
  readonly flags?: Flags;
  /** Examples, without "bd". */
  readonly examples?: readonly string[];
  /** Values of a positional by its name in `usage`, if known beforehand. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** The number of positionals, if it differs from `usage`, where `[id]` is optional and `<id>...` repeats. */
  readonly args?: { readonly min?: number; readonly max?: number };
  /** The last positional is a text: extra words mean that quotes are missing. */
  readonly endsInText?: boolean;
  /** Where errors go with --json (as beads 1.0.5). */
  readonly errors?: Family;
  /** Writes, so it is refused by --readonly. Absent: read-only. */
  readonly writes?: boolean;
  /** Subcommands (`dep add`). A group without `run` shows its help. */
  readonly subs?: Readonly<Record<string, SubVerb>>;
  readonly run?: (ctx: Ctx, args: Args) => Promise<number | void> | number | void;
}

interface SubVerb extends Verb {
  readonly aliases?: readonly string[];
}
