/** Up to where of the journal each channel has told what it has: the one memory that there is, kept over restarts. */
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { writeDerived } from "@fleet/kit/files";
import { readJson } from "@fleet/kit/json";
import * as z from "zod/mini";

const heard = z.object({
  /** Of the activity feed. */
  cursor: z.string(),
  /** RFC 3339: when it was there. */
  at: z.string(),
  /** Why what came since could not be sent. */
  trouble: z.nullable(z.string()),
  /** How often in a row. */
  failures: z.number(),
  /** RFC 3339: not tried again before. */
  again: z.nullable(z.string()),
  /** Up to where of what people said by it that was taken. */
  received: z.optional(z.string()),
});
export type Heard = z.output<typeof heard>;

const schema = z.record(z.string(), heard);
type All = Readonly<Record<string, Heard>>;

const path = (home: string): string => join(home, "run", "notify.json");

/** By channel; nothing where it can't be read: then a channel begins with what comes next. */
export function readHeard(home: string): All {
  const read = z.safeParse(
    schema,
    ifReadable(() => readJson(path(home))),
  );
  return read.success ? read.data : {};
}

export const writeHeard = (home: string, all: All): void => writeDerived(path(home), () => `${JSON.stringify(all)}\n`);

/** For the one who sends: two at once would tell all of it twice. */
export const sendingLock = (home: string): string => join(home, "run", "notify.lock");
