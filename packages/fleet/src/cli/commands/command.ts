/** The type of fleet's own commands. */
import type { Io } from "../../app/io.ts";

/** As parsed by arguments.ts; each command decodes what it uses. */
export type Args = Readonly<Record<string, unknown>>;

/** An option of a command. string: takes any value · number: a whole number · boolean: takes no value. */
interface Option {
  readonly type: "string" | "number" | "boolean";
  /** One letter. */
  readonly alias?: string;
  readonly describe: string;
  /** May be repeated. */
  readonly array?: boolean;
  readonly default?: string;
  /** Accepted, not shown in help. */
  readonly hidden?: boolean;
}
export type Options = Readonly<Record<string, Option>>;

export interface Command {
  /** Reserved for people: refused inside an attempt, always or with these arguments. */
  readonly forPerson?: (args: Args) => boolean;
  /** The closed set of an option's values, by the option's name. Enforced and completed. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The closed set of a positional's values, by its name in `usage`. For completion; the command itself refuses others. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Those of them that take no further arguments. */
  readonly alone?: readonly string[];
  /** Those of them that are followed by names of settings, without values. */
  readonly keys?: readonly string[];
  /** Its output is for programs already: no --json. */
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
