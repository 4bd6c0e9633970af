/** The questions that somebody really waits for: what the store says, less what was asked by a process that is gone since. */
import { heldBy, isElsewhere } from "@fleet/store/claims";
import { homeId } from "@fleet/store/home-id";
import { gitDirOf } from "@fleet/store/home";
import type { Issue } from "@fleet/store/issue";
import { type Asked, openQuestions } from "@fleet/store/questions";
import type { Store } from "@fleet/store/store";

import { dirOf } from "../records/paths.ts";
import { waitsNow } from "../records/waits.ts";
import { openRows, type QuestionRow } from "./describe.ts";

/** Open questions of a task, oldest first. A wait in an attempt of another home can't be checked here, and is believed. */
export function openHere(home: string, issue: Issue, now: number): Asked[] {
  const open = openQuestions(issue, now);
  const held = heldBy(issue);
  if (held === undefined || !open.some(({ state }) => state === "waiting")) return open;
  if (isElsewhere(issue, homeId(gitDirOf(home)))) return open;
  const heard = new Set(waitsNow(dirOf(home, issue.id, held), now).map(({ id }) => id));
  return open.filter(({ state, question }) => state !== "waiting" || heard.has(question.id));
}

/** In all tasks, the one that was asked first in front. */
export function openIn(store: Store, now: number): QuestionRow[] {
  const live = [...store.snapshot().live.values()];
  const here = new Map(live.map((issue) => [issue.id, new Set(openHere(store.home, issue, now).map(({ n }) => n))]));
  const asking = live.filter(({ id }) => (here.get(id)?.size ?? 0) > 0);
  return openRows(asking, now).filter(({ id, n }) => here.get(id)?.has(n) === true);
}
