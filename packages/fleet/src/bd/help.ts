/** Help, generated from the flags that arguments are parsed by. */
import { paragraph, wrap } from "@fleet/kit/width";

import { GLOBALS } from "./globals.ts";
import type { Flags, Verb } from "./verb.ts";

const PLACEHOLDER = {
  string: " string",
  bool: "",
  int: " int",
  float: " float",
  list: " strings",
  array: " stringArray",
} as const;

/** The text behind a heading; below it if it needs more than one line. */
function hanging(head: string, text: string, width: number): string[] {
  const [first = "", ...rest] = wrap(text, Math.max(LEAST, width - head.length));
  return [`${head}${first}`.trimEnd(), ...rest.map((line) => `${" ".repeat(head.length)}${line}`)];
}

/** If the terminal is too narrow for two columns, lines are too long. */
const LEAST = 20;

function flagLines(flags: Flags, terminal: number): string[] {
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  const heads = shown.map(([name, flag]) => {
    const short = flag.short === undefined ? "    " : `-${flag.short}, `;
    return `  ${short}--${name}${PLACEHOLDER[flag.type]}`;
  });
  const width = Math.max(0, ...heads.map((head) => head.length)) + 3;
  return shown.flatMap(([, flag], at) => {
    const preset = flag.default === undefined ? "" : ` (default ${flag.default})`;
    return hanging((heads[at] ?? "").padEnd(width), `${flag.help}${preset}`, terminal);
  });
}

function rows(entries: readonly (readonly [string, string])[], terminal: number): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length)) + 2;
  return entries.flatMap(([name, summary]) => hanging(`  ${name.padEnd(width)}`, summary, terminal));
}

/** `path`: the parent verbs: "dep add". */
function usageLines(path: string, verb: Verb): string[] {
  const parent = path.split(" ").slice(0, -1).join(" ");
  const line = `  bd ${parent === "" ? "" : `${parent} `}${verb.usage} [flags]`;
  return ["Usage:", line, ...(verb.subs === undefined ? [] : [`  bd ${path} [command]`])];
}

/** Printed after a usage error; short, so that the error stays visible. */
export function briefUsage(path: string, verb: Verb): string {
  const subs = Object.keys(verb.subs ?? {});
  const commands = subs.length === 0 ? [] : [`Commands: ${subs.join(", ")}`];
  return `${[...usageLines(path, verb), ...commands, `All flags: fleet bd ${path === "" ? "" : `${path} `}--help`].join("\n")}\n`;
}

/** The second half of the help text. */
function usageText(path: string, verb: Verb, width: number): string {
  const subs = Object.entries(verb.subs ?? {});
  const lines = usageLines(path, verb);
  const examples = verb.examples ?? [];
  if (examples.length > 0) lines.push("", "Examples:", ...examples.map((example) => `  bd ${example}`));
  if (subs.length > 0)
    lines.push(
      "",
      "Available Commands:",
      ...rows(
        subs.map(([name, sub]) => [name, sub.summary]),
        width,
      ),
    );
  lines.push(
    "",
    "Flags:",
    ...flagLines({ ...verb.flags, help: { type: "bool", short: "h", help: `help for ${path || "bd"}` } }, width),
  );
  const { help: _, version: __, ...globals } = GLOBALS;
  lines.push("", "Global Flags:", ...flagLines(globals, width));
  return `${lines.join("\n")}\n`;
}

/** `width`: the terminal's; Infinity when piped. */
export function helpText(path: string, verb: Verb, aliases: readonly string[], width: number): string {
  const told = verb.about === undefined ? verb.summary : `${verb.summary}\n\n${verb.about}`;
  const about = paragraph(told, width, "").join("\n");
  const named = aliases.length === 0 ? "" : `Aliases:\n  ${[path, ...aliases].join(", ")}\n\n`;
  return `${about}\n\n${named}${usageText(path, verb, width)}`;
}

/** `bd help`. `groups` in display order. */
export function overview(
  groups: readonly { readonly title: string; readonly verbs: readonly (readonly [string, string])[] }[],
  width: number,
): string {
  const about = "Issues chained together like beads: a task queue in git, for people and coding agents.";
  const lines = [...wrap(about, width), "", "Usage:", "  bd [flags]", "  bd [command]"];
  const examples = ["ready --json", 'create "Fix login" -p 1 -t bug', "update ID --claim", 'close ID --reason "Fixed"'];
  lines.push("", "Examples:", ...examples.map((example) => `  bd ${example}`));
  for (const { title, verbs } of groups) lines.push("", `${title}:`, ...rows(verbs, width));
  lines.push(
    "",
    "Flags:",
    ...flagLines(GLOBALS, width),
    "",
    'Use "bd [command] --help" for more information about a command.',
  );
  return `${lines.join("\n")}\n`;
}
