/** What `fleet gc` prints: what would be deleted, or was. Pure. */
import { duration } from "@fleet/kit/duration";
import { counted } from "@fleet/kit/figures";
import { sizeText } from "@fleet/kit/size";
import { table } from "@fleet/kit/table";
import { wrap } from "@fleet/kit/width";

import type { Collected } from "../../app/operations/gc.ts";
import type { Screen } from "./tasks-table.ts";

/** `line`: as it was asked for, which is what is to be done then. */
export function collectedLines(done: Collected, line: string, { c, width, now }: Screen): string[] {
  if (done.total === 0) return ["Nothing to delete. There are no attempts."];
  const rows = done.attempts.map(({ task, attempt, bytes, ended_at, why }) => [
    task,
    `attempt ${attempt}`,
    sizeText(bytes),
    `ended ${duration(now - Date.parse(ended_at))} ago`,
    why === "age" ? "old" : "too much",
  ]);
  const all = `${counted(done.total, "attempt")} take ${sizeText(done.total_bytes)}; ${done.bound} stay: open, running, or the newest of a task that waits.`;
  const these = `${counted(done.attempts.length, "attempt")}, ${sizeText(done.bytes)}`;
  const verdict =
    done.attempts.length === 0
      ? "Nothing to delete."
      : done.removed
        ? `Deleted ${these}.`
        : `Would delete ${these}. To delete: ${line} --yes`;
  return [...table(rows, { width }), ...wrap(all, width).map(c.dim), ...wrap(verdict, width)];
}
