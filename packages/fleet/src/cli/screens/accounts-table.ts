/** What `fleet accounts` prints. Pure. */
import { tokensText, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { localTimes, moment } from "@fleet/kit/when";
import { wrap } from "@fleet/kit/width";

import type { AccountRow, WindowRow } from "../../app/views/accounts.ts";
import { called, resumeLine } from "../../app/waiting-words.ts";
import { type Colours, painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

export function accountLines(rows: readonly AccountRow[], { c, width, now }: Screen): string[] {
  const limited = rows.flatMap((row) => (row.name === "*" ? [] : row.limited.map((one) => ({ ...one, on: row.name }))));
  return [
    ...table(
      rows.map((row) => cells(c, row, now)),
      {
        width,
        head: ["ACCOUNT", "CODER", "STATE", "RUNNING", "SPENT TODAY", "WINDOWS", "WHY"],
        paintHead: c.dim,
        shrink: [
          ["WINDOWS", 24],
          ["SPENT TODAY", 24],
        ],
        drop: ["WINDOWS", "SPENT TODAY"],
        below: 30,
      },
    ),
    ...limited.flatMap(({ task, on, by }) => wrap(`${task} on ${on} only tries again: ${by}`, width)),
  ];
}

function cells(c: Colours, row: AccountRow, now: number): Cell[] {
  const { usd, tokens } = row.spent_today;
  const cap = typeof row.daily?.usd === "number" ? usdText(row.daily.usd) : tokensText(row.daily?.tokens ?? 0);
  const share = row.daily_share === null ? "" : ` (${Math.round(row.daily_share * 100)}% of ${cap})`;
  return [
    called(row.name),
    row.coder === row.name ? "" : row.coder,
    painted(stateText(row, now), row.state === "free" ? c.green : c.yellow),
    runningText(row),
    `${tokensText(tokens)}${usd === 0 ? "" : `, ${usdText(usd)}`}${share}`,
    Object.entries(row.windows)
      .map(([name, use]) => windowText(name, use, now))
      .join(", "),
    whyText(row, now),
  ];
}

function runningText({ running, max, limited }: AccountRow): string {
  const text = max === null ? String(running) : `${running} of ${max}`;
  return limited.length === 0 ? text : `${text} (${limited.length} limited)`;
}

function stateText({ state, until }: AccountRow, now: number): string {
  const words = state === "parked" ? "on hold" : state;
  return until === null ? words : `${words} until ${moment(Date.parse(until), now)}`;
}

/** With the command that ends it, unless time does. */
function whyText({ name, state, until, reason }: AccountRow, now: number): string {
  const why = localTimes(reason ?? "", now);
  if (state === "free" || until !== null) return why;
  return `${why}${why === "" ? "" : "; "}until you run: ${resumeLine(name)}`;
}

function windowText(name: string, { utilization, resets }: WindowRow, now: number): string {
  const used = utilization === null ? "" : ` ${Math.round(utilization * 100)}%`;
  return `${name}${used}${resets === null ? "" : ` until ${localTimes(resets, now)}`}`;
}
