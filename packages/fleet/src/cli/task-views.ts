/** The views of `fleet task ID`, and the words that select one without `task` in front. Pure. */
import { nearest } from "@fleet/kit/nearest";
import { shellWord } from "@fleet/kit/shell";

export const VIEWS = [
  "attempts",
  "log",
  "plan",
  "knowledge",
  "diff",
  "stderr",
  "prompt",
  "receipt",
  "result",
  "path",
  "open",
  "restore",
] as const;
export type View = (typeof VIEWS)[number];
export const isView = (word: string): word is View => VIEWS.some((known) => known === word);

/** Synonyms. */
const LIKE: ReadonlyMap<string, View> = new Map([
  ["workspace", "path"],
  ["dir", "path"],
  ["results", "result"],
  ["outcome", "attempts"],
  ["session", "attempts"],
  ["output", "log"],
  ["logs", "log"],
  ["stdout", "log"],
  ["errors", "stderr"],
  ["changes", "diff"],
  ["patch", "diff"],
  ["proof", "receipt"],
  ["evidence", "receipt"],
]);

/** A suggestion for an unknown view. */
export const viewMeant = (word: string): View | undefined => LIKE.get(word) ?? nearest(word, VIEWS);

/** Views and synonyms that are no command's name. */
export const VIEW_WORDS: ReadonlyMap<string, View> = new Map([
  ...VIEWS.filter((view) => view !== "log" && view !== "restore").map((view) => [view, view] as const),
  ...[...LIKE].filter(([word]) => word !== "logs"),
]);

/** `fleet task fleet-3f1 diff`, with the id found among the words typed. */
export function viewLine(view: View, words: readonly string[]): string {
  const id = words.find((word) => !word.startsWith("-"));
  const named = id === undefined ? "ID" : shellWord(id);
  return view === "attempts" ? `fleet task ${named}` : `fleet task ${named} ${view}`;
}
