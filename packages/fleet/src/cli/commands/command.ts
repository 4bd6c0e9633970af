/** What a command of fleet's own is. */
import type { Options } from "yargs";

import { homeExists, homePath } from "@fleet/store/home";
import { Store } from "@fleet/store/store";

import { CommandError } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";

/** As yargs parsed it: unknown until a command has looked. */
export type Args = Readonly<Record<string, unknown>>;

export interface Command {
  /** A person's to decide: refused inside an attempt, always or with these arguments. */
  readonly forPerson?: (args: Args) => boolean;
  /** Its arguments are a person's own words, whatever they look like. */
  readonly takesWords?: true;
  /** The words that a positional is chosen from, by its name in `usage`. For completion; the command itself refuses others. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Those of them behind which nothing more is given. */
  readonly alone?: readonly string[];
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly run: (io: Io, args: Args) => Promise<number>;
}

export function text(args: Args, name: string): string | undefined {
  const value = args[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}

export const always = (): boolean => true;

export const flag = (args: Args, name: string): boolean => args[name] === true;

export function texts(args: Args, name: string): string[] {
  const value = args[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map(String);
}

/** The home of this command, which must be there. */
export function openHome(io: Io): { readonly home: string; readonly store: Store } {
  const home = homePath(io.env, io.cwd);
  if (!homeExists(home)) throw new CommandError(`there is no fleet home at ${home}`, "fleet init");
  return { home, store: new Store(home) };
}

export { viewJson as json } from "../../app/json.ts";
