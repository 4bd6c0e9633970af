/** "3 running": the number of tasks in a state, worded alike on every screen. Pure. */
import { counted } from "@fleet/kit/figures";

import type { TaskRow } from "../app/views/overview.ts";

/** "1 needs you", "2 need you", "3 running". */
export function countWords(state: TaskRow["state"], count: number): string {
  if (state === "needs-you") return `${count} need${count === 1 ? "s" : ""} you`;
  return state === "container" ? counted(count, "container") : `${count} ${state}`;
}
