/** Help of fleet's own commands, from the table and the options that arguments are parsed by. Pure. */
import { commonOf, placeText, usageOf } from "./arguments.ts";
import { AIMS, COMMANDS, type Entry, nameOf } from "./commands/index.ts";
import type { Command } from "./commands/command.ts";
import { slotsOf } from "./completion/slots.ts";

const WIDTH = 80;

/** Wraps `text` to this width at blanks. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Two columns; a description that does not fit beside its word starts below it. */
export function rows(pairs: readonly (readonly [string, string])[], indent = 2): string[] {
  const widest = Math.min(30, Math.max(0, ...pairs.map(([head]) => head.length)));
  const margin = " ".repeat(indent + widest + 2);
  return pairs.flatMap(([head, what]) => {
    const [first = "", ...rest] = wrapped(what, WIDTH - margin.length);
    const start = " ".repeat(indent) + head;
    const lines = head.length > widest ? [start, margin + first] : [start.padEnd(margin.length) + first];
    return [...lines, ...rest.map((line) => margin + line)].map((line) => line.trimEnd());
  });
}

const shown = COMMANDS.filter(({ internal }) => internal !== true);

/** A group's heading and commands: those with lines, then the others by name. */
function aimRows(aim: Entry["aim"]): (readonly [string, string])[] {
  const entries = shown.filter((entry) => entry.aim === aim);
  const named = entries.filter(({ brief }) => brief === undefined).map(nameOf);
  return [
    ...entries.flatMap(({ brief }) => brief ?? []),
    ...wrapped(named.join(", "), WIDTH - 8).flatMap((line) => (line === "" ? [] : [["", line] as const])),
  ];
}

const isAim = (word: string): word is Entry["aim"] => Object.hasOwn(AIMS, word);

/** `fleet --help`: fits 80 × 24. */
export function overview(): string {
  const aims = Object.keys(AIMS).filter(isAim);
  const groups = aims.flatMap((aim) =>
    aimRows(aim).map(([word, what], at) => {
      const head = (at === 0 ? AIMS[aim] : "").padEnd(8);
      return word === "" ? `${head}${what}` : `${head}${word.padEnd(8)}${what}`;
    }),
  );
  return `${[
    "fleet: a queue of tasks in git, and a supervisor that has coding agents do them.",
    "",
    ...groups,
    "",
    "Examples:",
    '  fleet create "Fix the login" -d "Users are logged out after 5 minutes"',
    "  fleet start",
    "  fleet tasks --all",
    "",
    "One command: fleet COMMAND --help. Every command, settings, …: fleet help topics",
  ].join("\n")}\n`;
}

/** Every command with its line, by group. */
export const everyCommand = (): string[] =>
  Object.keys(AIMS)
    .filter(isAim)
    .flatMap((aim) => [
      `${AIMS[aim]}:`,
      ...rows(shown.filter((entry) => entry.aim === aim).map((entry) => [nameOf(entry), entry.summary])),
      "",
    ]);

function optionRows(command: Command): (readonly [string, string])[] {
  return Object.entries({ ...command.options, ...commonOf(command) }).flatMap(
    ([name, option]): (readonly [string, string])[] => {
      if (option.hidden === true) return [];
      const short = option.alias === undefined ? "    " : `-${option.alias}, `;
      const value = { boolean: "", string: " TEXT", number: " N" }[option.type];
      const preset = option.default === undefined ? "" : ` (default ${option.default})`;
      const again = option.array === true ? " (repeatable)" : "";
      return [[`${short}--${name}${value}`, `${option.describe}${again}${preset}`]];
    },
  );
}

/** `fleet COMMAND --help`. */
export function page(entry: Entry, command: Command): string {
  const choices = slotsOf(entry.usage).flatMap((slot): (readonly [string, string])[] => {
    const words = command.choices?.[slot.name];
    return words === undefined ? [] : [[placeText(slot), words.join(", ")]];
  });
  return `${[
    ...wrapped(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`, WIDTH),
    "",
    `Usage: ${usageOf(entry.usage)} [OPTION...]`,
    ...rows(choices),
    "",
    "Examples:",
    ...command.examples.flatMap(([line, what]) => [
      `  ${line}`,
      ...wrapped(what, WIDTH - 6).map((part) => `      ${part}`),
    ]),
    "",
    "Options:",
    ...rows(optionRows(command)),
  ].join("\n")}\n`;
}
