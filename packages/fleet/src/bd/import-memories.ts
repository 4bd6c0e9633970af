/** Which memories of an import are new here. */
import { hasReplaced, type Memories, memoryTime, withMemory } from "@fleet/store/memories";
import { millis } from "@fleet/store/time";

import type { Incoming, IncomingMemory } from "./import-rows.ts";

/** A text that was overwritten or deleted here stays so, unless the file says that it was written later. */
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
    // A memory that was never overwritten here gets no invented history.
    const isNew = !memories.values.has(key) && memories.forgotten?.has(key) !== true;
    return withMemory(all, key, value, at ?? (isNew ? undefined : now), others);
  }, memories);
  return { next, count: news.length };
}
