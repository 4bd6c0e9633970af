/** The language of `bd batch` (beads 1.0.5, cmd/bd/batch.go). */
import { Refusal } from "./errors.ts";

export interface Operation {
  /** Counted from 1. */
  readonly line: number;
  readonly raw: string;
  readonly op: "close" | "update" | "create" | "dep.add" | "dep.remove";
  readonly args: readonly string[];
}

/** Words separated by blanks; double quotes may contain blanks, and in them \" and \\ are escapes. Undefined: an unclosed quote. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    const next = text[at + 1];
    if (quoted && char === "\\" && (next === '"' || next === "\\")) {
      word = (word ?? "") + next;
      at++;
    } else if (char === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && (char === " " || char === "\t")) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quoted) return undefined;
  return word === undefined ? words : [...words, word];
}

function operationOf(line: number, raw: string): Operation | undefined {
  const words = wordsOf(raw);
  const failed = (why: string): Refusal => new Refusal(`parsing batch input: line ${line}: ${why}`);
  if (words === undefined) throw failed("unterminated quoted string");
  const [first, second] = words;
  switch (first) {
    case undefined:
      return undefined;
    case "close":
    case "update":
    case "create":
      return { line, raw, op: first, args: words.slice(1) };
    case "dep":
      if (second === undefined) throw failed("'dep' requires a subcommand (add|remove)");
      if (second === "add") return { line, raw, op: "dep.add", args: words.slice(2) };
      if (second === "remove" || second === "rm") return { line, raw, op: "dep.remove", args: words.slice(2) };
      throw failed(`unknown dep subcommand ${JSON.stringify(second)} (want add|remove)`);
    default:
      throw failed(
        `unsupported batch command ${JSON.stringify(first)} (supported: close, update, create, dep add, dep remove)`,
      );
  }
}

export function operationsOf(text: string): Operation[] {
  return text.split("\n").flatMap((raw, index) => {
    const trimmed = raw.trim();
    return trimmed === "" || trimmed.startsWith("#") ? [] : (operationOf(index + 1, trimmed) ?? []);
  });
}
