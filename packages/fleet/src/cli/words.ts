/**
 * Words that are taken as they are: yargs makes 7 of "007", drops a lone "-", and puts what stands behind "--" elsewhere.
 * So they go through it with a mark in front, which no number and no option has.
 */
import { parseArgs } from "node:util";
import type { Options } from "yargs";

const MARK = "\u{f0000}";

/** argv of a command, its name first, with every further word marked. */
export function marked(argv: readonly string[], options: Readonly<Record<string, Options>>): string[] {
  const flags = Object.entries({ ...options, json: { type: "boolean" }, help: { alias: "h", type: "boolean" } });
  const known = flags.map(([name, { type, alias }]) => [
    name,
    {
      type: type === "boolean" ? ("boolean" as const) : ("string" as const),
      ...(typeof alias === "string" ? { short: alias } : {}),
    },
  ]);
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(known),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words = new Set(tokens.flatMap(({ kind, index }) => (kind === "positional" && index > 0 ? [index] : [])));
  const end = tokens.find(({ kind }) => kind === "option-terminator")?.index;
  return argv.flatMap((word, at) => (at === end ? [] : [words.has(at) ? `${MARK}${word}` : word]));
}

/** What yargs made of them, without the marks. */
export function unmarked(args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    return typeof value === "string" && value.startsWith(MARK) ? value.slice(MARK.length) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, clean(value)]));
}
