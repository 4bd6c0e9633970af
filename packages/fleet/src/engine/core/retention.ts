/** Which attempts' records may go: pure. */

/** The facts about an attempt's directory that decide whether it may be deleted. */
export interface Kept {
  readonly task: string;
  /** The directory's name: the attempt's number, and where another had taken that a part of its uuid. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970 of its verdict; undefined where it has none, and may be alive for all that is known. */
  readonly endedAt: number | undefined;
  /**
   * closed: its task is over (or deleted) · waiting: its task waits for a person · live: its task is open, in progress or
   * otherwise to continue · held: the task's claim names this very attempt · unknown: the task's line can't be read.
   */
  readonly task_is: "closed" | "waiting" | "live" | "held" | "unknown";
  /** The newest of its task. */
  readonly newest: boolean;
}

export interface Retention {
  /** Milliseconds: what ended longer ago goes. */
  readonly age: number;
  /** Bytes: while there are more than this, the oldest go, however young. */
  readonly size: number | undefined;
}

export interface Choice {
  readonly attempt: Kept;
  readonly why: "age" | "size";
}

/** Never what has no verdict, what a claim names, what belongs to a task that continues, nor the last word on one that waits. */
export function mayGo(attempt: Kept): boolean {
  if (attempt.endedAt === undefined) return false;
  switch (attempt.task_is) {
    case "closed":
      return true;
    case "waiting":
      return !attempt.newest;
    case "live":
    case "held":
    case "unknown":
      return false;
  }
}

export function choose(all: readonly Kept[], retention: Retention, now: number): Choice[] {
  const oldestFirst = all.filter(mayGo).sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const chosen: Choice[] = [];
  for (const attempt of oldestFirst) {
    const isOld = now - (attempt.endedAt ?? now) > retention.age;
    const isTooMuch = retention.size !== undefined && total > retention.size;
    if (!isOld && !isTooMuch) continue;
    total -= attempt.bytes;
    chosen.push({ attempt, why: isOld ? "age" : "size" });
  }
  return chosen;
}
