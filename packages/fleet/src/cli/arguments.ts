/** Decodes a command's arguments by its usage line and options. Pure; yargs' parser splits the words, each exactly as typed. */
import { Parser } from "yargs/helpers";

import { nearest } from "@fleet/kit/nearest";

import type { Args, Command, Options } from "./commands/command.ts";
import { type Slot, slotsOf } from "./completion/slots.ts";

export type Parsed =
  | { readonly kind: "args"; readonly args: Args }
  /** `--help`, even among other arguments. */
  | { readonly kind: "help" }
  | { readonly kind: "misuse"; readonly message: string };

/** Options of every command. */
export const COMMON: Options = {
  json: { type: "boolean", describe: "print JSON" },
  help: { alias: "h", type: "boolean", describe: "show this help" },
};

const { json: _, ...WITHOUT_JSON } = COMMON;

export const commonOf = ({ json }: Pick<Command, "json">): Options => (json === false ? WITHOUT_JSON : COMMON);

const CONFIGURATION = {
  // Turn off yargs' conversions: "007" is no number, "a.b" no object, and "--no-all" does not mean "--all=false".
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "dot-notation": false,
  "boolean-negation": false,
  "camel-case-expansion": false,
  "strip-aliased": true,
};

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

/** In a usage line for people: ID..., [VIEW]. */
export function placeText({ name, isRequired, repeats }: Slot): string {
  const word = `${name.toUpperCase()}${repeats ? "..." : ""}`;
  return isRequired ? word : `[${word}]`;
}

export const usageOf = (usage: string): string =>
  ["fleet", usage.split(" ")[0], ...slotsOf(usage).map(placeText)].join(" ");

const misuse = (message: string): Parsed => ({ kind: "misuse", message });

function unknownOption(name: string, options: Options): Parsed {
  const close = name.length === 1 ? undefined : nearest(name, Object.keys(options));
  return misuse(`unknown option ${dashed(name)}${close === undefined ? "" : `; did you mean --${close}?`}`);
}

/** The words by position, or the first one that is missing or too many. */
function placed(usage: string, words: readonly string[]): Parsed {
  const args: Record<string, unknown> = {};
  let at = 0;
  for (const slot of slotsOf(usage)) {
    const here = slot.repeats ? words.slice(at) : words.slice(at, at + 1);
    if (here.length === 0 && slot.isRequired)
      return misuse(`missing ${slot.name.toUpperCase()}; usage: ${usageOf(usage)}`);
    if (here.length > 0) args[slot.name] = slot.repeats ? here : here[0];
    at += here.length;
  }
  const extra = words[at];
  return extra === undefined
    ? { kind: "args", args }
    : misuse(`unexpected argument ${JSON.stringify(extra)}; usage: ${usageOf(usage)}`);
}

/** An option's value in its type; if given twice, the last one wins, unless it may repeat. */
function valueOf(name: string, given: unknown, options: Options): { readonly value: unknown } | Parsed {
  const { type, array } = options[name] ?? {};
  const value: unknown = Array.isArray(given) && array !== true ? given.at(-1) : given;
  if (type !== "number") return { value };
  const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  return number === undefined
    ? misuse(`${dashed(name)} takes a whole number, not ${JSON.stringify(value)}`)
    : { value: number };
}

/** `argv` without the command's name. */
export function parseArguments(usage: string, own: Options, argv: readonly string[], common = COMMON): Parsed {
  const options: Options = { ...own, ...common };
  const names = Object.entries(options);
  const valued = names.filter(([, { type }]) => type !== "boolean").map(([name]) => name);
  const { argv: parsed, error } = Parser.detailed([...argv], {
    boolean: names.filter(([, { type }]) => type === "boolean").map(([name]) => name),
    string: ["_", ...valued],
    narg: Object.fromEntries(valued.map((name) => [name, 1])),
    alias: Object.fromEntries(names.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, [alias]]]))),
    configuration: CONFIGURATION,
  });
  if (parsed["help"] === true) return { kind: "help" };
  const given = Object.entries(parsed).filter(([name]) => name !== "_");
  const unknown = given.find(([name]) => !Object.hasOwn(options, name));
  if (unknown !== undefined) return unknownOption(unknown[0], options);
  if (error !== null) {
    const name = /following: (\S+)/.exec(error.message)?.[1];
    return misuse(name === undefined ? error.message : `missing value of ${dashed(name)}`);
  }
  const words = placed(usage, parsed._.map(String));
  if (words.kind !== "args") return words;
  const values: Record<string, unknown> = {};
  for (const [name, { default: preset }] of Object.entries(own)) if (preset !== undefined) values[name] = preset;
  for (const [name, value] of given) {
    const read = valueOf(name, value, options);
    if ("kind" in read) return read;
    values[name] = read.value;
  }
  return { kind: "args", args: { ...values, ...words.args } };
}
