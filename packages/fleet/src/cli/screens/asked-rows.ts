/** Agents' questions, and claims that wait for a person, as lines. Pure. */
import { duration } from "@fleet/kit/duration";
import { wrap } from "@fleet/kit/width";

import { millis } from "../../app/terms.ts";
import type { AskedRow } from "../../app/views/asked.ts";
import { type QuestionRow, rowText } from "../../app/words.ts";
import type { Screen } from "./tasks-table.ts";

/** Highlights the task's id and the command that answers. */
export function askedLines(questions: readonly QuestionRow[], asked: readonly AskedRow[], screen: Screen): string[] {
  const { c, now, width } = screen;
  const all = [
    ...questions.map((row) => rowText(row, now, width)),
    ...asked.map((row) => askedText(row, now, width)),
  ].join("\n");
  return all.split("\n").map((line) => {
    if (line === "") return line;
    if (!line.startsWith(" ")) return c.bold(line);
    return line.startsWith("  fleet ") ? `  ${c.blue(line.slice(2))}` : line;
  });
}

function askedText(row: AskedRow, now: number, width: number): string {
  const { id, title, attempt, at, claim, change, missing, approve_with, reject_with } = row;
  const ago = duration(Math.max(0, now - millis(at)));
  const said = claim === null ? "ended without a word of its own" : `says it is done: ${claim}`;
  const lines = [
    `attempt ${attempt} ${said} (${ago} ago)`,
    change,
    `not proven: ${missing.join("; ")}`,
    approve_with,
    reject_with,
  ];
  const indented = lines.flatMap((line) => wrap(line, width - 2).map((part) => `  ${part}`));
  return `${[...wrap(`${id}  ${title}`, width), ...indented].join("\n")}\n`;
}
