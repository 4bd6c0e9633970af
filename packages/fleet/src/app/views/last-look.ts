/** Which finished tasks were seen in `fleet top`: up to when all of it, and since then what was on the screen. */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { writeDerived } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";
import { millis, stamp } from "@fleet/store/time";
import * as z from "zod/mini";

export interface Looked {
  /** Milliseconds since 1970: what finished before was seen. */
  readonly since: number;
  /** What was seen of what finished later: when it was closed, by id. */
  readonly seen: ReadonlyMap<string, string>;
}

/** What finished, as far as this has to know it. */
interface Finished {
  readonly id: string;
  readonly closed_at: string;
}

/** Milliseconds for which finished tasks are listed if none were seen yet. */
const FIRST = 24 * 3_600_000;

const schema = z.object({ at: z.string(), seen: z.optional(z.record(z.string(), z.string())) });

const path = (home: string): string => join(home, "run", "top.json");

export function lastLook(home: string, now: number): Looked {
  const read = z.safeParse(
    schema,
    ifReadable(() => readJson(path(home))),
  );
  const then = read.success ? millis(read.data.at) : Number.NaN;
  if (!read.success || !Number.isFinite(then) || then > now) return { since: now - FIRST, seen: new Map() };
  return { since: then, seen: new Map(Object.entries(read.data.seen ?? {})) };
}

export const rememberLook = (home: string, { since, seen }: Looked): void =>
  writeDerived(path(home), () => `${JSON.stringify({ at: stamp(since), seen: Object.fromEntries(seen) })}\n`);

/** One that was closed again meanwhile is news. */
export const isSeen = ({ since, seen }: Looked, { id, closed_at: at }: Finished): boolean =>
  millis(at) < since || seen.get(id) === at;

/** A look, as far as this has to know it: `finished` may be fewer than there are. */
interface Look {
  readonly at: string;
  readonly finished: readonly Finished[];
  readonly finished_count: number;
}

/** After a look of which `shown` was on the screen: that was seen, and nothing else. */
export function lookedAfter(
  before: Looked,
  { at, finished, finished_count: count }: Look,
  shown: ReadonlyMap<string, string>,
): Looked {
  const isAll = count === finished.length && finished.every((one) => shown.get(one.id) === one.closed_at);
  if (isAll) return { since: millis(at), seen: new Map() };
  return { since: before.since, seen: new Map([...before.seen, ...shown]) };
}
