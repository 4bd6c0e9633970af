/** Words besides command names: aliases that run something, and foreign words that get a suggestion. Pure. */
import { nearestOf } from "@fleet/kit/nearest";

import { locate, NAMES } from "../bd/table.ts";
import { COMMANDS, nameOf } from "./commands/index.ts";

/** Runs as if these words had been typed. */
export const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["start", ["run", "start"]],
  ["stop", ["run", "stop"]],
  ["restart", ["run", "restart"]],
  ["status", ["run", "status"]],
  ["logs", ["log"]],
]);

/** Other tools' words and what they mean here. They are suggested, not run: the meaning is a guess. */
export const LIKE: ReadonlyMap<string, string> = new Map([
  ["add", "create"],
  ["submit", "create"],
  ["ls", "list"],
  ["queue", "list"],
  ["issues", "list"],
  ["ps", "tasks"],
  ["watch", "tasks"],
  ["jobs", "tasks"],
  ["tail", "log"],
  ["events", "log"],
  ["why", "explain"],
  ["rm", "delete"],
  ["remove", "delete"],
  ["cancel", "kill"],
  ["abort", "kill"],
  ["up", "start"],
  ["down", "stop"],
  ["serve", "start"],
  ["hold", "pause"],
  ["unpause", "resume"],
  ["continue", "resume"],
  ["rerun", "retry"],
  ["restore", "retry"],
  ["reply", "answer"],
  ["settings", "config"],
  ["set", "config"],
  ["agents", "coders"],
  ["models", "coders"],
  ["login", "coders"],
  ["quota", "accounts"],
  ["costs", "accounts"],
  ["usage", "accounts"],
  ["prune", "gc"],
  ["clean", "gc"],
  ["cleanup", "gc"],
  ["pull", "sync"],
  ["push", "sync"],
]);

const OWN: readonly string[] = COMMANDS.flatMap((entry) => (entry.internal === true ? [] : [nameOf(entry)]));

export const isCommand = (word: string): boolean => COMMANDS.some((entry) => nameOf(entry) === word);

/** `fleet help` and `fleet version`; `bd help` and `bd version` are bd's. */
const ABOUT: ReadonlySet<string> = new Set(["help", "version"]);

/** A bd verb that works without `bd`: each one whose name fleet does not use itself. */
export const isVerb = (word: string): boolean =>
  !isCommand(word) && !WORDS.has(word) && !ABOUT.has(word) && locate(word) !== undefined;

/** All words that can follow `fleet`. */
export const everyWord = (): readonly string[] => [...OWN, ...WORDS.keys(), ...NAMES.filter(isVerb)];

/** Whether the command of that name accepts the words typed after it: some need an argument, some take none. */
function fits(name: string, words: readonly string[]): boolean {
  const usage = COMMANDS.find((entry) => nameOf(entry) === name)?.usage ?? "[word]";
  return words.some((word) => !word.startsWith("-")) ? /[<[]/.test(usage) : !usage.includes("<");
}

/** With more candidates than this, suggest none. */
const MEANT = 3;

/** The command that an unknown word probably means. `words`: those after it; commands that accept them come first. */
export function meant(word: string, words: readonly string[]): readonly string[] {
  const like = LIKE.get(word);
  if (like !== undefined) return [like];
  const close = nearestOf(word, everyWord());
  const fitting = close.filter((name) => fits(name, words));
  return [...fitting, ...close.filter((name) => !fitting.includes(name))].slice(0, MEANT);
}
