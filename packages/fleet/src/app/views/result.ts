/** What a task was for: the answer that was expected of it, else the words with which it was closed. `fleet task ID result`. */
import type { Issue } from "@fleet/store/issue";
import { isBlank } from "@fleet/kit/text";

import { readKeptAnswer } from "../../attempts/evidence/kept-answer.ts";
import { CommandError } from "../errors.ts";

export interface ResultView {
  readonly text: string;
  /** The file that it was written into; null: it is the closing words. */
  readonly file: string | null;
  /** The attempt that gave it; null if not known. */
  readonly attempt: number | null;
}

/** Null while there is none. */
export function resultView(home: string, issue: Issue): ResultView | null {
  const kept = readKeptAnswer(home, issue.id);
  if (kept !== undefined) return { text: kept.text, file: kept.file ?? null, attempt: kept.attempt };
  const { close_reason: words = "" } = issue;
  return issue.status !== "closed" || isBlank(words) ? null : { text: words, file: null, attempt: null };
}

export function resultOf(home: string, issue: Issue): ResultView {
  const found = resultView(home, issue);
  if (found === null) throw new CommandError(`${issue.id} has no result yet`, `fleet task ${issue.id}`);
  return found;
}
