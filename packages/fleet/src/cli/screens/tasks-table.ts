/** What `fleet tasks` prints: the running tasks as a table, the others below it by what they wait for. Pure. */
import { duration } from "@fleet/kit/duration";
import { short, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { localTimes, moment } from "@fleet/kit/when";

import { isNear, measureText, millis, reasonNow } from "../../app/terms.ts";
import type { TaskRow } from "../../app/views/overview.ts";
import { withModel } from "../attempt-words.ts";
import { wholeCommands } from "../whole-commands.ts";
import { type Colours, contextHue, livenessHue, painted, priorityHue, stateHue } from "../style.ts";

export interface Screen {
  readonly c: Colours;
  readonly width: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The columns that give way when a line is too long, in this order, and to how many cells. */
export const SHRINK = [
  ["PROJECT", 16],
  ["CODER", 12],
  ["TITLE", 30],
] as const;

const RUNNING = ["ID", "CODER", "PROJECT", "TIME", "QUIET", "STATE", "TOKENS", "COST", "CTX", "TITLE", "LAST ACTION"];

export function runningTable(rows: readonly TaskRow[], { c, width }: Screen): string[] {
  return table(
    rows.map((row) => runningCells(row, c)),
    {
      width,
      head: RUNNING,
      paintHead: c.dim,
      shrink: SHRINK,
      drop: ["COST", "TOKENS", "PROJECT", "CTX", "QUIET", "CODER", "TIME"],
      lines: 1,
    },
  );
}

/** Most that are dead have just ended well, and are judged in the next half second. */
const lifeWord = (kind: NonNullable<TaskRow["liveness"]>["kind"]): string => (kind === "dead" ? "ended" : kind);

function runningCells(row: TaskRow, c: Colours): Cell[] {
  const { liveness, context_percent: context } = row;
  return [
    row.id,
    withModel(row.coder, row.model),
    row.project ?? "",
    row.elapsed_ms === null ? "" : duration(row.elapsed_ms),
    row.quiet_ms === null ? "" : duration(row.quiet_ms),
    liveness === null ? "" : painted(lifeWord(liveness.kind), livenessHue(c, liveness.kind)),
    row.tokens === null ? "" : short(row.tokens),
    row.cost_usd === null ? "" : usdText(row.cost_usd),
    context === null ? "" : painted(`${context}%`, contextHue(c, context)),
    row.title,
    painted(doingText(row), nearLimit(row) === "" ? (text) => text : c.yellow),
  ];
}

/** What of it is nearly used up, and what it does or why not. */
export const doingText = (row: TaskRow): string =>
  [nearLimit(row), row.reason ?? notWorking(row) ?? plainAction(row.last_action ?? "")]
    .filter((part) => part !== "")
    .join("; ");

/** What an agent says needs no name in front of it, and what it types into a shell shows by itself what it is. */
export const plainAction = (text: string): string => text.replace(/^(?:text|bash|shell): /i, "");

export const nearLimit = ({ limits }: TaskRow): string =>
  (limits ?? [])
    .filter(isNear)
    .map((one) => `near its limit: ${measureText(one)}`)
    .join("; ");

/** What a person should know of it before its last action; that it has ended stands in its state. */
const notWorking = ({ liveness }: TaskRow): string | undefined =>
  liveness === null || liveness.kind === "working" ? undefined : liveness.text.replace(/^ended; /, "");

export const whyText = ({ id, why, reason }: TaskRow, now: number): string =>
  why === null ? localTimes(reason ?? "", now) : reasonNow(id, why, now);

/** Those that neither run nor are closed. */
export function waitingTable(rows: readonly TaskRow[], { c, width, now }: Screen): string[] {
  return table(
    rows.map((row) => [
      painted(row.state, stateHue(c, row.state)),
      row.id,
      painted(`P${row.priority}`, priorityHue(c, row.priority)),
      withModel(row.coder, row.model),
      row.project ?? "",
      row.title,
      wholeCommands(whyText(row, now)),
    ]),
    {
      width,
      head: ["STATE", "ID", "P", "CODER", "PROJECT", "TITLE", "REASON"],
      paintHead: c.dim,
      shrink: SHRINK,
      drop: ["PROJECT", "CODER"],
      below: 40,
      lines: 3,
    },
  );
}

/** How many closed tasks are shown; more are history. */
const CLOSED = 10;

/** The last ones first. `total`: of how many. */
export function closedTable(rows: readonly TaskRow[], { c, width, now }: Screen): string[] {
  const last = [...rows].sort((a, b) => millis(b.closed_at ?? "") - millis(a.closed_at ?? "")).slice(0, CLOSED);
  const more = rows.length - last.length;
  const lines = table(
    last.map((row) =>
      [
        row.closed_at === null ? "" : moment(millis(row.closed_at), now),
        row.id,
        row.grade ?? "",
        withModel(row.coder, row.model),
        row.project ?? "",
        row.title,
        localTimes(row.reason ?? "", now),
      ].map((cell) => painted(cell, c.dim)),
    ),
    {
      width,
      head: ["CLOSED", "ID", "GRADE", "CODER", "PROJECT", "TITLE", "REASON"],
      paintHead: c.dim,
      shrink: SHRINK,
      drop: ["PROJECT", "CODER"],
      lines: 1,
    },
  );
  return more === 0 ? lines : [...lines, c.dim(`… and ${more} more: fleet bd list --status closed`)];
}
