/**
 * The verdict that the supervisor last came to, in the attempt's directory. Only who watches can know it (CPU and growth
 * are differences between two looks), so a command reads it here; it is written when it changes, not on every look.
 */
import { join } from "node:path";
import * as z from "zod/mini";

import { FILES } from "../../../attempts/records/paths.ts";
import { readAttempt, readExit, readPid, wrapperFate } from "../../../attempts/records/record.ts";
import { type Redact, redactedJson } from "@fleet/kit/redact";
import { bootId } from "@fleet/kit/clock";
import { readJson } from "@fleet/kit/json";
import { replaceInPlace } from "@fleet/kit/files";
import { inWords, type Liveness } from "../../core/liveness.ts";

const since = z.string();
const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("working"), since }),
  z.object({ kind: z.literal("quiet"), since, doing: z.string(), warned: z.boolean() }),
  z.object({
    kind: z.literal("waiting"),
    since,
    for: z.enum(["permission", "login", "question", "answer"]),
    asks: z.string(),
  }),
  z.object({ kind: z.literal("hung"), since, last: z.string() }),
  z.object({ kind: z.literal("dead"), since }),
]);
/** `since`: RFC 3339; of what it is in, of its silence, or of the verdict. */
export type Shown = z.infer<typeof schema>;

/** `now` and the verdict's times are monotonic, `wall` is the same moment since 1970. */
export function shownAs(verdict: Liveness, now: number, wall: number): Shown {
  const stamp = (at: number): string => new Date(wall - (now - at)).toISOString();
  switch (verdict.kind) {
    case "working":
    case "dead":
      return { kind: verdict.kind, since: stamp(now) };
    case "quiet":
      return { ...verdict, since: stamp(verdict.since) };
    case "waiting":
      return { kind: "waiting", since: stamp(verdict.since), for: verdict.for, asks: verdict.asks };
    case "hung":
      return { kind: "hung", since: stamp(now - verdict.idleMs), last: verdict.last };
  }
}

export const readLiveness = (dir: string): Shown | undefined => {
  const decoded = z.safeParse(schema, readJson(join(dir, FILES.liveness)));
  return decoded.success ? decoded.data : undefined;
};
/** `redact`: what it asks or did last are a coder's words. */
export const writeLiveness = (dir: string, shown: Shown, redact: Redact): void =>
  replaceInPlace(join(dir, FILES.liveness), redactedJson(shown, redact));

/** What a command shows: `text` is its sentence. */
export type LivenessRow = Shown & { readonly text: string };

/**
 * The verdict on an attempt as a command shows it. `watched`: a supervisor runs; without one nobody knows more than whether
 * anything of it is alive, so undefined means that it is.
 */
export function livenessRow(dir: string, watched: boolean, wall: number): LivenessRow | undefined {
  const dead = watched ? readExit(dir) !== undefined : isGone(dir);
  const shown = dead ? ({ kind: "dead", since: new Date(wall).toISOString() } as const) : readWatched(dir, watched);
  return shown === undefined ? undefined : { ...shown, text: describeShown(shown, wall) };
}

const readWatched = (dir: string, watched: boolean): Shown | undefined => (watched ? readLiveness(dir) : undefined);

/** Its wrapper took the pid file, and is there no more. */
function isGone(dir: string): boolean {
  const pid = readPid(dir);
  const record = readAttempt(dir);
  if (pid.kind !== "wrapper" || record === undefined) return false;
  return wrapperFate(pid, record, bootId()) === "dead";
}

/** One line for people; `wall`: now, since 1970. */
export function describeShown(shown: Shown, wall: number): string {
  const at = Date.parse(shown.since);
  switch (shown.kind) {
    case "working":
    case "dead":
      return inWords({ kind: shown.kind }, wall);
    case "quiet":
      return inWords({ ...shown, since: at }, wall);
    case "waiting":
      return inWords({ ...shown, since: at, overdue: false }, wall);
    case "hung":
      return inWords({ kind: "hung", last: shown.last, idleMs: wall - at }, wall);
  }
}
