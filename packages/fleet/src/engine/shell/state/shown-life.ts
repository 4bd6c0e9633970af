/** The verdict on an attempt as its record and commands show it: with times of day in place of the monotonic clock's. */
import { readLiveness, type Shown } from "../../../attempts/records/liveness.ts";
import { type AttemptRecord, readAttempt, readExit } from "../../../attempts/records/record.ts";
import { readPid, whereStarted, wrapperFate } from "../../../attempts/records/pid-file.ts";
import { placeText } from "@fleet/kit/process/id";
import { isTableReadable } from "@fleet/kit/process/table";
import { bootId } from "@fleet/kit/clock";
import { inWords, type Liveness } from "../../core/liveness.ts";

/** `now` and the verdict's times are monotonic, `wall` is the same moment since 1970. */
export function shownAs(verdict: Liveness, now: number, wall: number): Shown {
  const stamp = (at: number): string => new Date(wall - (now - at)).toISOString();
  switch (verdict.kind) {
    case "working":
    case "dead":
      return { kind: verdict.kind, since: stamp(now) };
    case "limited":
    case "quiet":
      return { ...verdict, since: stamp(verdict.since) };
    case "waiting":
      return { kind: "waiting", since: stamp(verdict.since), for: verdict.for, asks: verdict.asks };
    case "hung":
      return { kind: "hung", since: stamp(now - verdict.idleMs), last: verdict.last };
  }
}

/** What nobody can see from here: of another place, or where the system does not tell. */
interface Unseen {
  readonly kind: "elsewhere" | "unknown";
  readonly since: string;
}

/** What a command shows: `text` is its sentence. */
export type LivenessRow = (Shown | Unseen) & { readonly text: string };

/**
 * The verdict on an attempt as a command shows it. `watched`: a supervisor runs; without one nobody knows more than whether
 * anything of it is alive, so undefined means that it is.
 */
export function livenessRow(
  dir: string,
  watched: boolean,
  wall: number,
  record = readAttempt(dir),
): LivenessRow | undefined {
  const stay = stayOf(dir, record);
  if (stay !== undefined) return { ...stay, since: new Date(wall).toISOString() };
  const dead = watched ? readExit(dir) !== undefined : isGone(dir, record);
  const shown = dead ? ({ kind: "dead", since: new Date(wall).toISOString() } as const) : readWatched(dir, watched);
  return shown === undefined ? undefined : { ...shown, text: describeShown(shown, wall) };
}

const readWatched = (dir: string, watched: boolean): Shown | undefined => (watched ? readLiveness(dir) : undefined);

/** Why nobody here can say whether it lives; undefined where somebody can. */
function stayOf(
  dir: string,
  record: AttemptRecord | undefined,
): { readonly kind: Unseen["kind"]; readonly text: string } | undefined {
  const where = awayFrom(dir, record);
  if (where !== undefined) return { kind: "elsewhere", text: `on ${where}, and not to be seen from here` };
  if (readPid(dir).kind !== "wrapper" || isTableReadable()) return undefined;
  return { kind: "unknown", text: "whether it lives can't be seen: the process table can't be read" };
}

/** Where an attempt runs that can't be reached from here, in words; undefined for one of this place, or that has ended. */
export function awayFrom(dir: string, record = readAttempt(dir)): string | undefined {
  if (record === undefined || whereStarted(record, bootId()) !== "elsewhere") return undefined;
  return readExit(dir) === undefined ? placeText(record.machine ?? "") : undefined;
}

/** Its wrapper took the pid file, and is there no more. */
function isGone(dir: string, record: AttemptRecord | undefined): boolean {
  const pid = readPid(dir);
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
    case "limited":
    case "quiet":
      return inWords({ ...shown, since: at }, wall);
    case "waiting":
      return inWords({ ...shown, since: at, overdue: false }, wall);
    case "hung":
      return inWords({ kind: "hung", last: shown.last, idleMs: wall - at }, wall);
  }
}
