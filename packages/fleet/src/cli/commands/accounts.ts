/** `fleet accounts`: each account, whether it is free, what it has used, when it goes on. */
import { accountsReport, type AccountRow, type WindowRow } from "../../app/views/accounts.ts";
import { usdText } from "../../attempts/limits/spending.ts";
import { called } from "../../engine/core/accounts/upkeep.ts";
import { openFleet } from "../../app/open.ts";
import { EXIT } from "../../app/errors.ts";
import { columns } from "@fleet/kit/table";
import { colours } from "../style.ts";
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
    const lines = columns([["ACCOUNT", "CODER", "STATE", "WINDOWS", "RUNNING", "SPENT TODAY"], ...rows.map(cells)]);
    io.out(`${lines.map((line, i) => (i === 0 ? c.dim(line) : line)).join("\n")}\n`);
    for (const { name, limited } of rows)
      if (name !== "*") for (const { task, by } of limited) io.out(`${task} on ${name} only tries again: ${by}\n`);
    for (const { name, problem } of rows) if (problem !== null) io.err(`${name}: ${problem}\n`);
    return EXIT.ok;
  },
};

function cells(row: AccountRow): string[] {
  const { usd, tokens } = row.spent_today;
  const cap = typeof row.daily?.usd === "number" ? usdText(row.daily.usd) : row.daily?.tokens;
  const share = row.daily_share === null ? "" : ` (${Math.round(row.daily_share * 100)}% of ${cap ?? ""})`;
  return [
    called(row.name),
    row.coder,
    stateText(row),
    Object.entries(row.windows)
      .map(([name, use]) => windowText(name, use))
      .join(", "),
    runningText(row),
    `${tokens} tokens${usd === 0 ? "" : `, ${usdText(usd)}`}${share}`,
  ];
}

function runningText({ running, max, limited }: AccountRow): string {
  const text = max === null ? String(running) : `${running} of ${max}`;
  return limited.length === 0 ? text : `${text} (${limited.length} limited)`;
}

function stateText({ name, state, until, reason }: AccountRow): string {
  if (state === "free") return state;
  const resume = name === "*" ? "fleet resume" : `fleet resume ${name}`;
  return `${state} until ${until ?? `you run: ${resume}`} (${reason ?? ""})`;
}

function windowText(name: string, { utilization, resets }: WindowRow): string {
  const used = utilization === null ? "" : ` ${Math.round(utilization * 100)}%`;
  return `${name}${used}${resets === null ? "" : ` until ${resets}`}`;
}
