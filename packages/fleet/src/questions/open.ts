/** The questions that somebody really waits for: what the store says, less what was asked by a process that is gone since. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import type { Issue } from "@fleet/store/issue";
import { openQuestions } from "@fleet/store/questions";
import type { Store } from "@fleet/store/store";

import { attemptDir } from "../attempt/paths.ts";
import { waitsForPerson } from "../attempt/question-file.ts";
import { openRows, type QuestionRow } from "./describe.ts";

/** Nobody reads the answer: whoever waited in this attempt was killed. Of another home's attempts that is not known. */
export function isDeaf(store: Store, issue: Issue, now: number): boolean {
  const held = heldBy(issue);
  if (held === undefined || isElsewhere(issue, homeId(store.gitDir))) return false;
  return waitsForPerson(attemptDir(store.home, issue.id, held.n), now) === undefined;
}

/** In all tasks, the one that was asked first in front. */
export function openIn(store: Store, now: number): QuestionRow[] {
  const asking = [...store.snapshot().live.values()].filter((issue) => openQuestions(issue, now).length > 0);
  const deaf = new Set(asking.filter((issue) => isDeaf(store, issue, now)).map(({ id }) => id));
  return openRows(asking, now).filter(({ id, state }) => state !== "waiting" || !deaf.has(id));
}
