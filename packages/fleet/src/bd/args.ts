/** Arguments by pflag's conventions (`--f=v`, `--f v`, `-pv`, `-p=v`, grouped bools, `--`). */
import { own } from "@fleet/kit/own";
import { slotsOf } from "../cli/completion/slots.ts";
import type { Flag, Flags, Verb } from "./verb.ts";

/** A command line that can't be parsed; worded as pflag words it. */
export interface Misuse {
  readonly message: string;
  /** The unknown flag, for a hint. */
  readonly unknown?: string;
  /** The positional arguments, if there are too many or too few: the first may be a mistyped subcommand. */
  readonly positionals?: readonly string[];
}

/** A verb's arguments, decoded by its flags. */
export interface Args {
  readonly positionals: readonly string[];
  /** Whether the flag was given, with any value. */
  readonly has: (name: string) => boolean;
  /** The last value given. */
  readonly text: (name: string) => string | undefined;
  /** All values in order; a list's are split at commas. */
  readonly texts: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
  readonly number: (name: string) => number | undefined;
}

const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** One CSV record: commas separate, double quotes enclose, a doubled quote stands for one. */
export function splitCsv(text: string): string[] | undefined {
  if (text === "") return [];
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else quoted = false;
    } else if (char === '"' && field === "") quoted = true;
    else if (char === '"') return undefined;
    else if (char === ",") {
      fields.push(field);
      field = "";
    } else field += char;
  }
  return quoted ? undefined : [...fields, field];
}

/** pflag names a flag together with its shorthand: `-n, --limit`. */
const called = (name: string, flag: Flag): string =>
  flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;

function valueTrouble(name: string, flag: Flag, value: string): string | undefined {
  const invalid = (why: string): string =>
    `invalid argument ${JSON.stringify(value)} for "${called(name, flag)}" flag: ${why}`;
  switch (flag.type) {
    case "bool":
      return TRUE.has(value) || FALSE.has(value)
        ? undefined
        : invalid(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
    case "int":
      return /^[+-]?\d{1,15}$/.test(value)
        ? rangeTrouble(flag, Number(value), invalid)
        : invalid(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    case "float":
      return /^[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)$/.test(value)
        ? rangeTrouble(flag, Number(value), invalid)
        : invalid(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
    case "list":
      return splitCsv(value) === undefined ? invalid("parse error: a quote that is not closed") : undefined;
    case "string":
    case "array":
      return undefined;
  }
}

function rangeTrouble(
  { min, max }: Pick<Flag, "min" | "max">,
  value: number,
  invalid: (why: string) => string,
): string | undefined {
  if (value >= (min ?? -Infinity) && value <= (max ?? Infinity)) return undefined;
  if (max === undefined) return invalid(`must be ${min} or more`);
  return invalid(min === undefined ? `must be ${max} or less` : `must be between ${min} and ${max}`);
}

export interface Token {
  readonly kind: "option" | "positional" | "option-terminator";
  /** Its index in argv. */
  readonly index: number;
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/**
 * The tokens of argv, as node's `util.parseArgs` (strict: false) gives them. Not used itself: loading that module takes Node 20 a
 * millisecond at each start.
 */
export function tokenize(argv: readonly string[], flags: Flags): readonly Token[] {
  const byShort = new Map(Object.entries(flags).map(([name, { short }]) => [short, name]));
  const named = (short: string): string => byShort.get(short) ?? short;
  const takesValue = (name: string): boolean => Object.hasOwn(flags, name) && flags[name]?.type !== "bool";
  const tokens: Token[] = [];
  for (let index = 0; index < argv.length; index++) {
    const arg = argv[index] ?? "";
    const at = index;
    const option = (name: string, rawName: string, inline?: string): void => {
      const next = inline === undefined && takesValue(name) ? argv[index + 1] : undefined;
      if (next !== undefined) index++;
      const value = inline ?? next;
      const inlineValue = value === undefined ? undefined : inline !== undefined;
      tokens.push({ kind: "option", index: at, name, rawName, value, inlineValue });
    };
    if (arg === "--") {
      tokens.push({ kind: "option-terminator", index });
      argv.slice(index + 1).forEach((value, n) => tokens.push({ kind: "positional", index: at + 1 + n, value }));
      break;
    }
    if (arg.startsWith("--")) {
      const sign = arg.includes("=", 3) ? arg.indexOf("=") : -1;
      if (sign < 0) option(arg.slice(2), arg);
      else option(arg.slice(2, sign), arg.slice(0, sign), arg.slice(sign + 1));
    } else if (arg.length > 1 && arg.startsWith("-")) {
      // Grouped bools, up to a flag that takes the rest as its value.
      for (let place = 1; place < arg.length; place++) {
        const short = arg.charAt(place);
        const name = named(short);
        const rest = arg.slice(place + 1);
        if (rest !== "" && takesValue(name)) {
          option(name, `-${short}`, rest);
          break;
        }
        option(name, `-${short}`);
      }
    } else tokens.push({ kind: "positional", index, value: arg });
  }
  return tokens;
}

/** Decodes argv, without the verb's own words, by the verb's flags. */
export function parse(argv: readonly string[], flags: Flags): Args | Misuse {
  const positionals: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokenize(argv, flags)) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      positionals.push(token.value ?? "");
      continue;
    }
    const { name = "", rawName = "" } = token;
    const flag = own(flags, name);
    if (flag === undefined) {
      if (rawName.startsWith("--")) return { message: `unknown flag: ${rawName}`, unknown: rawName.slice(2) };
      return { message: `unknown shorthand flag: '${name}' in ${argv[token.index] ?? rawName}` };
    }
    let value = token.value;
    // pflag reads `-p=1` as 1; the tokens keep the `=`.
    if (!rawName.startsWith("--") && token.inlineValue === true && value?.startsWith("=") === true)
      value = value.slice(1);
    if (value === undefined && flag.type !== "bool") {
      const long = rawName.startsWith("--");
      return { message: `flag needs an argument: ${long ? rawName : `'${flag.short ?? ""}' in ${rawName}`}` };
    }
    const trouble = valueTrouble(name, flag, value ?? "true");
    if (trouble !== undefined) return { message: trouble };
    const values = flag.type === "list" ? (splitCsv(value ?? "") ?? []) : [value ?? "true"];
    given.set(name, [...(given.get(name) ?? []), ...values]);
  }
  const text = (name: string): string | undefined => given.get(name)?.at(-1);
  return {
    positionals,
    has: (name) => given.has(name),
    text,
    texts: (name) => given.get(name) ?? [],
    flag: (name) => TRUE.has(text(name) ?? ""),
    number: (name) => (given.has(name) ? Number(text(name)) : undefined),
  };
}

/** The given flags as words of a command line, for a suggested correction. */
export function written(args: Args, flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, { type }]) => {
    if (!args.has(name)) return [];
    if (type === "bool") return [args.flag(name) ? `--${name}` : `--${name}=false`];
    return (type === "list" || type === "array" ? args.texts(name) : [args.text(name) ?? ""]).flatMap((value) => [
      `--${name}`,
      type === "list" && /[,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value,
    ]);
  });
}

/** How many arguments a usage line takes; undefined where one repeats. */
export function placesIn(usage: string): number | undefined {
  const slots = slotsOf(usage);
  return slots.some(({ repeats }) => repeats) ? undefined : slots.length;
}

/** cobra's message for a wrong number of positional arguments, or undefined. An extra argument would otherwise be ignored silently. */
export function countTrouble(count: number, { usage, args = {} }: Pick<Verb, "usage" | "args">): string | undefined {
  const { min = 0, max = placesIn(usage) } = args;
  if (count >= min && (max === undefined || count <= max)) return undefined;
  if (min === max) return `accepts ${min} arg(s), received ${count}`;
  if (max === undefined) return `requires at least ${min} arg(s), only received ${count}`;
  if (min === 0) return `accepts at most ${max} arg(s), received ${count}`;
  return `accepts between ${min} and ${max} arg(s), received ${count}`;
}
