/** What a command of fleet's own is. */
import type { Io } from "../../app/io.ts";

/** As it was parsed (arguments.ts): unknown until a command has looked. */
export type Args = Readonly<Record<string, unknown>>;

/** An option of a command. string: takes a value as it stands · number: a whole number · boolean: takes none. */
interface Option {
  readonly type: "string" | "number" | "boolean";
  /** One letter. */
  readonly alias?: string;
  readonly describe: string;
  /** May be given again and again. */
  readonly array?: boolean;
  readonly default?: string;
  /** Works, but is not shown. */
  readonly hidden?: boolean;
}
export type Options = Readonly<Record<string, Option>>;

export interface Command {
  /** A person's to decide: refused inside an attempt, always or with these arguments. */
  readonly forPerson?: (args: Args) => boolean;
  /** The words that an option's value is chosen from, by its name. As `choices`. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The words that a positional is chosen from, by its name in `usage`. For completion; the command itself refuses others. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Those of them behind which nothing more is given. */
  readonly alone?: readonly string[];
  /** Those of them behind which settings are named, without a value. */
  readonly keys?: readonly string[];
  /** What it prints is for a program as it is: it takes no --json. */
  readonly json?: false;
  readonly options: Options;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly run: (io: Io, args: Args) => Promise<number>;
}

export function text(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}

export const flag = (args: Args, name: string): boolean => args[name] === true;

export function texts(args: Args, name: string): string[] {
  const value = args[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map(String);
}

export { viewJson as json } from "../../app/json.ts";
