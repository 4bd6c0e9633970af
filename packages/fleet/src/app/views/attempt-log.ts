/** What an attempt prints, line by line as it comes; followed, on into the next attempt of its task. */
import type { CoderEvent } from "@fleet/coders/events";
import { follow } from "@fleet/kit/follow";
import { heldBy } from "@fleet/store/claims";
import { type Issue, isLive } from "@fleet/store/issue";
import type { Store } from "@fleet/store/store";

import { decodeEvent } from "../../attempts/records/event-line.ts";
import { eventsPath, logPath, stderrPath } from "../../attempts/records/output.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { attemptMeant, attemptOf, type TaskOf } from "./attempt-of.ts";

/** Where its first attempt will be looked for, as long as there is none. */
const FIRST = { n: 1, uuid: "" };
/** What was printed just before the end is decoded within a tick or two. */
const GRACE = 2;

export interface LogOf {
  readonly dir: () => string;
  /** Whether more may come. */
  readonly goOn: () => boolean;
  /** There is no attempt yet, and the first one is waited for. */
  readonly isAwaited: boolean;
}

export interface LogWanted {
  readonly n: number | undefined;
  readonly isFollowed: boolean;
}

/** Throws where there is no such attempt, unless one is waited for. */
export function logOf(store: Store, of: TaskOf, { n, isFollowed }: LogWanted): LogOf {
  if (!isFollowed || n !== undefined) attemptMeant(of, n);
  const found = (): Issue | undefined => store.snapshot().issue(of.issue.id);
  const current = (): Issue => found() ?? of.issue;
  const isRunning = (): boolean => {
    const issue = found();
    return issue !== undefined && heldBy(issue) !== undefined;
  };
  // Its first attempt is waited for, however long that takes.
  const isAwaited = (): boolean => {
    const issue = found();
    return issue !== undefined && isLive(issue) && attemptOf({ ...of, issue }, n) === undefined;
  };
  let grace = GRACE;
  return {
    dir: () =>
      attemptOf({ ...of, issue: current() }, n)?.dir ?? dirOf(of.home, of.issue.id, heldBy(current()) ?? FIRST),
    goOn: () => isFollowed && (isRunning() || isAwaited() || grace-- > 0),
    isAwaited: isFollowed && isAwaited(),
  };
}

/** raw: the coder's own lines · events: the same, decoded, as JSON. */
export async function followLines(
  { dir, goOn }: LogOf,
  kind: "raw" | "events",
  line: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  await follow({ path: () => (kind === "raw" ? logPath(dir()) : eventsPath(dir())), line, goOn, stop });
}

export interface LogReader {
  readonly event: (at: string, event: CoderEvent) => void;
  readonly stderr: (line: string) => void;
  /** All that is there was read. */
  readonly caughtUp: () => void;
}

/** Events as they come, and standard error beside them. */
export async function followEvents({ dir, goOn }: LogOf, reader: LogReader, stop: AbortSignal): Promise<void> {
  let isOver = false;
  await Promise.all([
    follow({
      path: () => eventsPath(dir()),
      line: (line) => {
        const decoded = decodeEvent(line);
        if (decoded !== undefined) reader.event(decoded.at, decoded.event);
      },
      goOn: () => {
        reader.caughtUp();
        isOver = !goOn();
        return !isOver;
      },
      stop,
    }),
    follow({ path: () => stderrPath(dir()), line: reader.stderr, goOn: () => !isOver, stop }),
  ]);
}
