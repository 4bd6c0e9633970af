/** `fleet accounts`: each account, whether it is free, what it has used, when it goes on. */
import { accountsReport, type AccountRow, type WindowRow } from "../../app/views/accounts.ts";
import { resumeLine } from "../../engine/core/accounts/standstill.ts";
import { called } from "../../engine/core/accounts/upkeep.ts";
import { openFleet } from "../../app/open.ts";
import { EXIT } from "../../app/errors.ts";
import { tokensText, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { localTimes, moment } from "@fleet/kit/when";
import { terminalWidth } from "@fleet/kit/width";
import { type Colours, colours, painted } from "../style.ts";
import { type Command, flag, json } from "./command.ts";

export const accounts: Command = {
  options: {},
  examples: [
    ["fleet accounts", "all of them; docs/accounts.md tells how to set them up"],
    ["fleet pause work", "nothing new on this one; fleet resume work goes on"],
  ],
  run: async (io, args) => {
    const view = await accountsReport(openFleet(io));
    const { accounts: rows, warning } = view;
    if (flag(args, "json")) {
      io.out(json(view));
      return EXIT.ok;
    }
    if (warning !== null) io.err(`${warning}\n`);
    if (rows.length === 0) {
      io.out("No account has been used: each coder runs on your own, as it is signed in (fleet coders).\n");
      return EXIT.ok;
    }
    const c = colours(io);
    const now = io.now();
    const lines = table(
      rows.map((row) => cells(c, row, now)),
      {
        width: terminalWidth(io),
        head: ["ACCOUNT", "CODER", "STATE", "RUNNING", "SPENT TODAY", "WINDOWS", "WHY"],
        paintHead: c.dim,
        shrink: [["WINDOWS", 24]],
        below: 30,
      },
    );
    io.out(`${lines.join("\n")}\n`);
    for (const { name, limited } of rows)
      if (name !== "*") for (const { task, by } of limited) io.out(`${task} on ${name} only tries again: ${by}\n`);
    for (const { name, problem, reason } of rows)
      if (problem !== null && problem !== reason) io.err(`${name}: ${problem}\n`);
    return EXIT.ok;
  },
};

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
    localTimes(row.reason ?? "", now),
  ];
}

function runningText({ running, max, limited }: AccountRow): string {
  const text = max === null ? String(running) : `${running} of ${max}`;
  return limited.length === 0 ? text : `${text} (${limited.length} limited)`;
}

function stateText({ name, state, until }: AccountRow, now: number): string {
  if (state === "free") return state;
  return `${state} until ${until === null ? `you run: ${resumeLine(name)}` : moment(Date.parse(until), now)}`;
}

function windowText(name: string, { utilization, resets }: WindowRow, now: number): string {
  const used = utilization === null ? "" : ` ${Math.round(utilization * 100)}%`;
  return `${name}${used}${resets === null ? "" : ` until ${localTimes(resets, now)}`}`;
}
