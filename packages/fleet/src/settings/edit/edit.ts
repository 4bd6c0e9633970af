/**
 * One setting changed in the YAML that a person wrote: its own lines alone, so that remarks, order and quotes of all others
 * stay. What comes out is read again and compared with what it should say; a file that is written in a way that this does not
 * know is left as it is. Pure.
 */
import { isDeepStrictEqual } from "node:util";

import { dump, load } from "js-yaml";

import { valueAt, withValue } from "./key.ts";
import { type Entry, entriesIn, remarkIn } from "./lines.ts";

interface Change {
  readonly path: readonly string[];
  /** Undefined takes it out. */
  readonly value: unknown;
  /** The value as a person wrote it. */
  readonly written: string;
}

/** Undefined where it can't be done in place. */
export function edited(text: string, change: Change): string | undefined {
  const before = load(text) ?? {};
  const wanted = withValue(before, change.path, change.value);
  if (isDeepStrictEqual(before, wanted)) return text;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const left = changed(lines, { from: 0, to: lines.length, indent: 0 }, change, before);
  const next = left.map((line) => `${line}${end}`).join("");
  if (says(next, wanted)) return next;
  const anew = dump(wanted, { lineWidth: 120 });
  return lines.some((line) => remarkIn(line) !== "") ? undefined : anew;
}

function says(text: string, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(load(text) ?? {}, wanted);
  } catch {
    return false;
  }
}

interface Level {
  readonly from: number;
  readonly to: number;
  /** Where nothing is written yet. */
  readonly indent: number;
}

/** `value`: what this level says now. */
function changed(lines: readonly string[], level: Level, change: Change, value: unknown): string[] {
  const [name = "", ...below] = change.path;
  const entries = entriesIn(lines, level.from, level.to);
  const entry = entries.find(({ key }) => key === name);
  if (entry === undefined) {
    const last = entries.at(-1);
    return insert(lines, last?.to ?? level.to, block(change, last?.indent ?? level.indent));
  }
  const own = valueAt(value, [name]);
  const next = below.length === 0 ? change.value : withValue(own, below, change.value);
  const isGone = below.length > 0 && typeof next === "object" && next !== null && Object.keys(next).length === 0;
  if (next === undefined || (change.value === undefined && isGone))
    return splice(lines, entry, remarksIn(lines, entry));
  if (below.length === 0) return replaced(lines, entry, change.value, change.written);
  const isBlock = entry.rest.trim() === remarkIn(entry.rest) && entriesIn(lines, entry.from + 1, entry.to).length > 0;
  if (!isBlock) return replaced(lines, entry, next, "");
  const inner = { from: entry.from + 1, to: entry.to, indent: entry.indent + 2 };
  return changed(lines, inner, { ...change, path: below }, own);
}

/** The value in one line; remarks inside one of several lines go above it. */
function replaced(lines: readonly string[], entry: Entry, value: unknown, written: string): string[] {
  const { word, indent, rest, from, to } = entry;
  const remark = remarkIn(rest);
  const line = `${" ".repeat(indent)}${word}: ${valueText(value, written)}${remark === "" ? "" : ` ${remark}`}`;
  return splice(lines, entry, to === from + 1 ? [line] : [...remarksIn(lines, entry), line]);
}

function remarksIn(lines: readonly string[], { from, to, indent }: Entry): string[] {
  const inside = lines.slice(from + 1, to).map(remarkIn);
  return inside.filter((remark) => remark !== "").map((remark) => `${" ".repeat(indent)}${remark}`);
}

function block({ path, value, written }: Change, indent: number): string[] {
  if (value === undefined) return [];
  return path.map((name, depth) => {
    const key = `${" ".repeat(indent + 2 * depth)}${dump(name, { lineWidth: -1 }).trimEnd()}:`;
    return depth === path.length - 1 ? `${key} ${valueText(value, written)}` : key;
  });
}

/** As it was written where that is a value of one line, else in YAML's flow form. */
function valueText(value: unknown, written: string): string {
  const isPlain = written !== "" && !written.includes("\n") && (typeof value !== "object" || /^[[{]/.test(written));
  return isPlain ? written : dump(value, { flowLevel: 0, lineWidth: -1 }).trimEnd();
}

const insert = (lines: readonly string[], at: number, more: readonly string[]): string[] => [
  ...lines.slice(0, at),
  ...more,
  ...lines.slice(at),
];

const splice = (lines: readonly string[], { from, to }: Entry, by: readonly string[]): string[] => [
  ...lines.slice(0, from),
  ...by,
  ...lines.slice(to),
];
