/** What `fleet tasks` prints: running tasks as a table, the others below by state. Pure. */
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

/** Columns that shrink when a line is too long, in this order, and their smallest width. */
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

/** Most dead attempts have just ended well, and are judged within half a second. */
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

/** Limits nearly used up, and the last action or the reason. */
export const doingText = (row: TaskRow): string =>
  [nearLimit(row), row.reason ?? notWorking(row) ?? plainAction(row.last_action ?? "")]
    .filter((part) => part !== "")
    .join("; ");

/** Text and shell commands need no tool name before them. */
export const plainAction = (text: string): string => text.replace(/^(?:text|bash|shell): /i, "");

export const nearLimit = ({ limits }: TaskRow): string =>
  (limits ?? [])
    .filter(isNear)
    .map((one) => `near its limit: ${measureText(one)}`)
    .join("; ");

/** Warnings that come before the last action; that it has ended is in its state already. */
const notWorking = ({ liveness }: TaskRow): string | undefined =>
  liveness === null || liveness.kind === "working" ? undefined : liveness.text.replace(/^ended; /, "");

export const whyText = ({ id, why, reason }: TaskRow, now: number): string =>
  why === null ? localTimes(reason ?? "", now) : reasonNow(id, why, now);

/** Neither running nor closed. */
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

/** How many closed tasks are shown; `fleet bd list --status closed` has all. */
const CLOSED = 10;

/** The newest first. `total`: how many there are. */
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
