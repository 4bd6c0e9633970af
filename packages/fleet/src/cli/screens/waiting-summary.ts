/** How many tasks wait, and why, in one sentence: printed below the running ones, or alone where none are running. Pure. */
import type { TaskRow } from "../../app/views/overview.ts";
import { together } from "../../app/views/waits.ts";
import { clip } from "@fleet/kit/text";
import { countWords } from "../count-words.ts";
import { whyText } from "./tasks-table.ts";

/** In the order of STATES, without running, which has its own lines. */
const COUNTED = ["needs-you", "held", "waiting", "ready", "blocked"] as const;

/** Longer reasons are cut; `fleet tasks --all` has them whole. */
const MOST = 90;

/** States for which a reason is shown. */
const TELLS: ReadonlySet<TaskRow["state"]> = new Set(["waiting", "ready", "held"]);

/** The commonest reason, in the first task's words, and how many others wait for something else. */
function reasonOf(rows: readonly TaskRow[], now: number): string {
  const [most] = together(rows);
  if (most === undefined) return "";
  const others = rows.length - most.count;
  const why = clip(whyText(most.first, now).replaceAll(/\s+/g, " "), MOST);
  return ` (${why}${others === 0 ? "" : `; ${others} for other reasons`})`;
}

/** Undefined where nothing waits. `reasons`: include them. */
export function waitingSummary(rows: readonly TaskRow[], now: number, reasons: boolean): string | undefined {
  const parts = COUNTED.flatMap((state) => {
    const these = rows.filter((row) => row.state === state);
    if (these.length === 0) return [];
    return [`${countWords(state, these.length)}${reasons && TELLS.has(state) ? reasonOf(these, now) : ""}`];
  });
  return parts.length === 0 ? undefined : `${parts.join(", ")}: fleet tasks --all`;
}
