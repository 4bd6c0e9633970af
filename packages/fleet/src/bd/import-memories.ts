/** The memories of an import: which of them are news here. */
import { hasReplaced, type Memories, memoryTime, withMemory } from "@fleet/store/memories";
import { millis } from "@fleet/store/time";

import type { Incoming, IncomingMemory } from "./import-rows.ts";

/** A text that was written over or forgotten here stays so, unless the file says that it was written again since. */
function isNews(memories: Memories, key: string, { value, at }: IncomingMemory): boolean {
  const known = memories.values.get(key);
  if (known === value) return false;
  const fields = known === undefined ? memories.forgotten?.get(key) : memories.others?.get(key);
  const since = memoryTime(fields);
  return at === undefined || since === undefined ? !hasReplaced(fields, value) : millis(at) > millis(since);
}

export function withNews(
  memories: Memories,
  incoming: Incoming["memories"],
  now: number,
): { readonly next: Memories; readonly count: number } {
  const news = [...incoming].filter(([key, memory]) => isNews(memories, key, memory));
  const next = news.reduce((all, [key, { value, at, others }]) => {
    // A memory that was not overwritten here gets no made-up history.
    const isNew = !memories.values.has(key) && memories.forgotten?.has(key) !== true;
    return withMemory(all, key, value, at ?? (isNew ? undefined : now), others);
  }, memories);
  return { next, count: news.length };
}
