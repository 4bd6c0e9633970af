/** How many tasks are in which state: the one count, which `fleet tasks`, `fleet status` and `fleet top` show. Pure. */
import type { TaskRow } from "./overview.ts";

export type Counts = Readonly<Record<TaskRow["state"], number>>;

export function countsOf(rows: readonly TaskRow[]): Counts {
  const counts: Record<TaskRow["state"], number> = {
    running: 0,
    "needs-you": 0,
    held: 0,
    waiting: 0,
    ready: 0,
    blocked: 0,
    container: 0,
    closed: 0,
  };
  for (const { state } of rows) counts[state]++;
  return counts;
}
