/** Which words can follow which, from the tables that arguments are parsed by: fleet's commands, bd's verbs, their options. */
import { flagsOf } from "../../bd/find-verb.ts";
import { GLOBALS } from "../../bd/globals.ts";
import { GROUPS, NAMES } from "../../bd/table.ts";
import type { Flag, Flags, Verb } from "../../bd/verb.ts";
import type { Command } from "../commands/command.ts";
import { COMMANDS, type Entry, nameOf } from "../commands/index.ts";
import { isVerb, WORDS } from "../words.ts";
import { settingChoices, settingKeys } from "../../app/views/settings.ts";
import { SHELLS } from "./shells.ts";
import { type Kind, type Slot, slotsOf } from "./slots.ts";

export interface Word {
  readonly name: string;
  readonly help: string;
}

export interface Option {
  /** As typed: `--attempt`, `-n`. */
  readonly dashed: readonly string[];
  readonly help: string;
  /** The kind of the option's value; undefined: it takes none. */
  readonly value: Value | undefined;
}

/** Like a positional: known words and dynamic values. */
interface Value {
  readonly kind: Kind;
  readonly words: readonly string[];
}

/** In a path: any word without a path of its own. Not special in any shell. */
const ANY = "_";

/** A position on the command line. */
export interface Level {
  /** The words before it, ANY for an arbitrary one: "" is fleet itself; `bd dep add`; `task _`. */
  readonly path: string;
  readonly words: readonly Word[];
  /** Dynamic values that may stand here besides the words. */
  readonly kind: Kind;
  readonly options: readonly Option[];
}

/** Kinds of option values by the option's name, where the table does not tell; for all others a file is offered. */
const VALUES: Readonly<Record<string, Kind>> = {
  coder: "coder",
  parent: "task",
  deps: "task",
  "blocked-by": "task",
  "depends-on": "task",
  "waits-for": "task",
  blocks: "task",
  of: "task",
  with: "task",
  id: "task",
  effective: "task",
};
const valueOf = (name: string): Value => ({ kind: VALUES[name] ?? "file", words: [] });

/** Names of settings, and values of those with a closed set. */
const SETTINGS = "settings";
type Choosing = Pick<Command, "choices" | "alone" | "keys">;
const settingNames = (): Word[] => [...settingKeys].map(([name, help]) => ({ name, help }));
const settings = (): Word[] =>
  [...settingKeys].flatMap(([key, help]) =>
    (settingChoices.get(key) ?? [""]).map((value) => ({ name: `${key}=${value}`, help })),
  );

/** A level for each of these positions, and for what follows it. */
function below(path: string, slots: readonly Slot[], command: Choosing, options: readonly Option[]): Level[] {
  const [slot, ...rest] = slots;
  if (slot === undefined) return [{ path, words: [], kind: "none", options }];
  const choices = command.choices?.[slot.name];
  const words = choices?.map((name) => ({ name, help: "" })) ?? (slot.name === SETTINGS ? settings() : []);
  const here: Level = { path, words, kind: slot.kind, options };
  if (slot.repeats) return [here];
  const alone = command.alone?.filter((word) => choices?.includes(word)) ?? [];
  return [
    here,
    ...below(`${path} ${ANY}`, rest, command, options),
    ...alone.flatMap((word) => below(`${path} ${word}`, [], command, options)),
    ...(command.keys ?? []).map(
      (word) => ({ path: `${path} ${word}`, words: settingNames(), kind: "none", options }) as const,
    ),
  ];
}

/**
 * The option values in the form that the three scripts share: `--sort=none:id,title`, `--status=status:all`, `--parent=task`. A test
 * checks that no word has a comma, a colon or a space.
 */
export const valuesOf = ({ options }: Level): string[] =>
  options.flatMap(({ dashed, value }) => {
    if (value === undefined) return [];
    const words = value.words.length === 0 ? "" : `:${value.words.join(",")}`;
    return dashed.map((dash) => `${dash}=${value.kind}${words}`);
  });

const JSON_OPTION: Option = { dashed: ["--json"], help: "print JSON", value: undefined };
const HELP_OPTION: Option = { dashed: ["--help", "-h"], help: "show help", value: undefined };

const valueOfOption = (name: string, { values }: Command): Value =>
  values?.[name] === undefined ? valueOf(name) : { kind: "none", words: values[name] };

function optionsOf(command: Command): Option[] {
  const own = Object.entries(command.options).flatMap(([name, { alias, type, describe, hidden }]): Option[] => {
    if (hidden === true) return [];
    const dashed = [name, ...(alias === undefined ? [] : [alias])].map((one) =>
      one.length === 1 ? `-${one}` : `--${one}`,
    );
    return [{ dashed, help: describe, value: type === "boolean" ? undefined : valueOfOption(name, command) }];
  });
  return [...own, ...(command.json === false ? [] : [JSON_OPTION]), HELP_OPTION];
}

async function commandLevels(entry: Entry): Promise<Level[]> {
  const command = await entry.load();
  return below(nameOf(entry), slotsOf(entry.usage), command, optionsOf(command));
}

const valueOfFlag = (name: string, { values, home }: Flag): Value =>
  values === undefined && home === undefined ? valueOf(name) : { kind: home ?? "none", words: values ?? [] };

const flagOptions = (flags: Flags): Option[] =>
  Object.entries(flags).flatMap(([name, flag]) => {
    const { help, short, type, hidden } = flag;
    if (hidden === true) return [];
    const dashed = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
    return [{ dashed, help, value: type === "bool" ? undefined : valueOfFlag(name, flag) }];
  });

function verbLevels(path: string, verb: Verb, options: readonly Option[] = flagOptions(flagsOf(verb))): Level[] {
  const choices = { shell: SHELLS, command: NAMES, ...verb.choices };
  const [first, ...rest] = below(path, slotsOf(verb.usage), { choices }, options);
  const words = Object.entries(verb.subs ?? {}).map(([name, { summary }]) => ({ name, help: summary }));
  return first === undefined ? [] : [{ ...first, words: [...first.words, ...words] }, ...rest];
}

/** bd's levels, `bd` first. Loads every verb, which is fine: a script is generated once. */
async function bdLevels(): Promise<{ readonly levels: readonly Level[]; readonly words: readonly Word[] }> {
  const entries = GROUPS.flatMap((group) => group.entries).filter(({ hidden }) => hidden !== true);
  const words = entries.flatMap(({ name, aliases = [], summary }) =>
    [name, ...aliases].map((word) => ({ name: word, help: summary })),
  );
  const levels: Level[] = [{ path: "bd", words, kind: "none", options: flagOptions(GLOBALS) }];
  for (const entry of entries) {
    const { verb } = await entry.load();
    for (const name of [entry.name, ...(entry.aliases ?? [])]) {
      levels.push(...verbLevels(`bd ${name}`, verb));
      for (const [word, sub] of Object.entries(verb.subs ?? {})) {
        for (const each of [word, ...(sub.aliases ?? [])]) levels.push(...verbLevels(`bd ${name} ${each}`, sub));
      }
    }
  }
  return { levels, words };
}

/** fleet itself first. Verbs that work without `bd` are words here; for what follows them the scripts use the level behind `bd`. */
export async function levels(): Promise<Level[]> {
  const bd = await bdLevels();
  const shown = COMMANDS.filter(({ internal }) => internal !== true);
  const own = await Promise.all(shown.filter((entry) => nameOf(entry) !== "bd").map(commandLevels));
  const names = shown.map((entry) => ({ name: nameOf(entry), help: entry.summary }));
  const short = [...WORDS].map(([name, argv]) => ({ name, help: `fleet ${argv.join(" ")}` }));
  const atTop = bd.words.filter(({ name }) => isVerb(name));
  const version: Option = { dashed: ["--version"], help: "show the version", value: undefined };
  return [
    { path: "", words: [...names, ...short, ...atTop], kind: "none", options: [HELP_OPTION, version] },
    ...own.flat(),
    ...[...WORDS].flatMap(([name, [target = "", ...rest]]): Level[] => {
      const level = own.flat().find(({ path }) => path === target);
      // The subcommands of `run` take different arguments.
      const words = rest.length === 0 ? (level?.words ?? []) : [];
      return level === undefined ? [] : [{ ...level, path: name, words }];
    }),
    ...bd.levels,
  ];
}
