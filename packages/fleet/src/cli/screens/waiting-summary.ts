/** How many tasks wait, and why, in one sentence: where nothing runs it is the answer, and below what runs the rest of it. Pure. */
import type { TaskRow } from "../../app/views/overview.ts";
import { together } from "../../app/views/waits.ts";
import { clip } from "@fleet/kit/text";
import { countWords } from "../count-words.ts";
import { whyText } from "./tasks-table.ts";

/** In the order of STATES; those that are running have lines of their own. */
const COUNTED = ["needs-you", "held", "waiting", "ready", "blocked"] as const;

/** A reason for many is short; `fleet tasks --all` has them whole. */
const MOST = 90;

/** Of these states a person has to ask why nothing happens. */
const TELLS: ReadonlySet<TaskRow["state"]> = new Set(["waiting", "ready", "held"]);

/** Why most of them wait, in the words of the first; with how many others wait for something else. */
function reasonOf(rows: readonly TaskRow[], now: number): string {
  const [most] = together(rows);
  if (most === undefined) return "";
  const others = rows.length - most.count;
  const why = clip(whyText(most.first, now).replaceAll(/\s+/g, " "), MOST);
  return ` (${why}${others === 0 ? "" : `; ${others} for other reasons`})`;
}

/** Undefined where nothing waits. `reasons`: say them, too. */
export function waitingSummary(rows: readonly TaskRow[], now: number, reasons: boolean): string | undefined {
  const parts = COUNTED.flatMap((state) => {
    const these = rows.filter((row) => row.state === state);
    if (these.length === 0) return [];
    return [`${countWords(state, these.length)}${reasons && TELLS.has(state) ? reasonOf(these, now) : ""}`];
  });
  return parts.length === 0 ? undefined : `${parts.join(", ")}: fleet tasks --all`;
}
