/**
 * stop.json: why an attempt was stopped; on disk before the first signal, and the first reason wins. So that an attempt can
 * be stopped on a disk that is full, its room is taken before it begins, as that of its exit record is.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { createExclusive, discard, moveExclusive } from "@fleet/kit/files";
import { overwrite } from "@fleet/kit/in-place";
import { readJsonAs } from "@fleet/kit/json";
import { readText } from "@fleet/kit/read";
import { type Redact, redactedJson } from "@fleet/kit/redact";
import { shortageOf } from "@fleet/kit/shortage";

import { LIMITS } from "../../settings/limits/limits.ts";
import { FILES } from "./files.ts";

const schema = z.discriminatedUnion("kind", [
  /** By `fleet kill`. */
  z.object({ kind: z.literal("killed"), by: z.string() }),
  /** A person closed, reopened or changed the task; the attempt gives way. */
  z.object({ kind: z.literal("by-hand"), by: z.string(), verb: z.string() }),
  /** The store no longer names this attempt as the holder of the claim. */
  z.object({ kind: z.literal("claim-lost") }),
  z.object({ kind: z.literal("timed-out"), afterMs: z.number() }),
  /** A limit of the task other than its time is used up. */
  z.object({ kind: z.literal("over-limit"), limit: z.enum(LIMITS), used: z.number(), of: z.number() }),
  /** Its account, or the fleet ("*"), has spent what it may on one day; `until`: RFC 3339. */
  z.object({ kind: z.literal("daily-limit"), reason: z.string(), until: z.nullable(z.string()) }),
  /** It hung: nothing was open, and nothing came from it for so long. `last`: the last thing it did; empty for nothing. */
  z.object({ kind: z.literal("stalled"), idleMs: z.number(), last: z.string() }),
  /** It waited for a person, who can't answer it where it runs. */
  z.object({ kind: z.literal("waiting"), for: z.enum(["permission", "login", "question"]), text: z.string() }),
  /** It printed more than `log_cap`. */
  z.object({ kind: z.literal("log-full"), bytes: z.number(), cap: z.number() }),
  /** It changed what is protected; a line on each, with how to put it back. */
  z.object({ kind: z.literal("protected"), lines: z.array(z.string()) }),
  z.object({ kind: z.literal("context-full"), tokens: z.number(), window: z.number() }),
  /** The supervisor is being stopped. */
  z.object({ kind: z.literal("shutdown") }),
  /** Its work is over (result line, completion claim or a block of its own), but the process stays. */
  z.object({ kind: z.literal("finished") }),
]);
export type StopReason = z.infer<typeof schema>;

export const readStop = (dir: string): StopReason | undefined => readJsonAs(join(dir, FILES.stop), schema);

/** More than a reason takes, whose text is short. */
const ROOM = 4096;
const roomIn = (dir: string): string => join(dir, FILES.stopRoom);

export const reserveStop = (dir: string): boolean => createExclusive(roomIn(dir), `${" ".repeat(ROOM - 1)}\n`);

/** With the verdict nothing is left to be stopped. */
export const freeStop = (dir: string): void => discard(roomIn(dir));

/** False when there was a reason already. */
export function writeStop(dir: string, reason: StopReason, at: number = Date.now(), redact?: Redact): boolean {
  const path = join(dir, FILES.stop);
  const text = redactedJson({ ...reason, at: new Date(at).toISOString() }, redact ?? ((plain) => plain), 2);
  try {
    return createExclusive(path, text);
  } catch (error) {
    // If the attempt was started without that reserve, the disk's error stays.
    if (shortageOf(error) !== "disk" || Buffer.byteLength(text) >= ROOM || readText(roomIn(dir)) === undefined)
      throw error;
    overwrite(roomIn(dir), text, ROOM);
    return moveExclusive(roomIn(dir), path);
  }
}

const stamped = z.object({ at: z.string() });

/** When the reason was written down, in milliseconds since 1970. */
export function stoppedAt(dir: string): number | undefined {
  const at = readJsonAs(join(dir, FILES.stop), stamped)?.at;
  return at === undefined ? undefined : Date.parse(at);
}
