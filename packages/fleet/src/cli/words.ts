/** Words that people type, beside the names of commands: those that run something, and those of which is said what was meant. Pure. */
import { nearestOf } from "@fleet/kit/nearest";

import { locate, NAMES } from "../bd/table.ts";
import { COMMANDS, nameOf } from "./commands/index.ts";

/** Run as if the words behind had been typed. */
export const WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["start", ["run", "start"]],
  ["stop", ["run", "stop"]],
  ["restart", ["run", "restart"]],
  ["status", ["run", "status"]],
  ["logs", ["log"]],
]);

/** Other tools' words, by what they mean here. They are not run: what was meant is a guess. */
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

/** What fleet says of itself; `bd help` and `bd version` are bd's. */
const ABOUT: ReadonlySet<string> = new Set(["help", "version"]);

/** A verb of bd that works without `bd` in front: each that no word of fleet's own stands for. */
export const isVerb = (word: string): boolean =>
  !isCommand(word) && !WORDS.has(word) && !ABOUT.has(word) && locate(word) !== undefined;

/** All that may stand behind `fleet`. */
export const everyWord = (): readonly string[] => [...OWN, ...WORDS.keys(), ...NAMES.filter(isVerb)];

/** Whether a command of that name fits what was typed behind the word: one that needs an argument, or takes none. */
function fits(name: string, words: readonly string[]): boolean {
  const usage = COMMANDS.find((entry) => nameOf(entry) === name)?.usage ?? "[word]";
  return words.some((word) => !word.startsWith("-")) ? /[<[]/.test(usage) : !usage.includes("<");
}

/** So many are named: of more than that none is meant. */
const MEANT = 3;

/** What a word that is none of them was probably meant to be. `words`: behind it; what fits them comes first. */
export function meant(word: string, words: readonly string[]): readonly string[] {
  const like = LIKE.get(word);
  if (like !== undefined) return [like];
  const close = nearestOf(word, everyWord());
  const fitting = close.filter((name) => fits(name, words));
  return [...fitting, ...close.filter((name) => !fitting.includes(name))].slice(0, MEANT);
}
