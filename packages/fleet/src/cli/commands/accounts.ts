/** `fleet accounts`: each account, whether it is free, what it has used, when it goes on. */
import { accountsReport, type AccountRow } from "../../app/views/accounts.ts";
import { usdText } from "../../attempts/limits/spending.ts";
import { called } from "../../engine/core/accounts/upkeep.ts";
import type { WindowUse } from "../../engine/shell/accounts/window-use.ts";
import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { EXIT } from "../../app/errors.ts";
import { columns } from "@fleet/kit/table";
import { colours } from "../style.ts";
import { type Command, flag, json, openHome } from "./command.ts";

export const accounts: Command = {
  options: {},
  examples: [
    ["fleet accounts", "all of them; docs/accounts.md tells how to set them up"],
    ["fleet pause work", "nothing new on this one; fleet resume work goes on"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const read = readConfig(home);
    if (!read.ok) io.err(`config.yaml is not good, so its accounts are left out: ${read.problems.join("; ")}\n`);
    const rows = accountsReport(home, store, read.ok ? read.config : DEFAULTS, io.now(), io.env);
    if (flag(args, "json")) {
      io.out(json(rows));
      return EXIT.ok;
    }
    if (rows.length === 0) {
      io.out("No account has been used: each coder runs on your own, as it is signed in (fleet coders).\n");
      return EXIT.ok;
    }
    const c = colours(io);
    const lines = columns([["ACCOUNT", "CODER", "STATE", "WINDOWS", "RUNNING", "SPENT TODAY"], ...rows.map(cells)]);
    io.out(`${lines.map((line, i) => (i === 0 ? c.dim(line) : line)).join("\n")}\n`);
    for (const { name, problem } of rows) if (problem !== undefined) io.err(`${name}: ${problem}\n`);
    return EXIT.ok;
  },
};

function cells(row: AccountRow): string[] {
  const { usd, tokens } = row.spent_today;
  const cap = row.daily?.usd === undefined ? row.daily?.tokens : usdText(row.daily.usd);
  const share = row.daily_share === undefined ? "" : ` (${Math.round(row.daily_share * 100)}% of ${cap ?? ""})`;
  return [
    called(row.name),
    row.coder,
    stateText(row),
    Object.entries(row.windows)
      .map(([name, use]) => windowText(name, use))
      .join(", "),
    row.max === undefined ? String(row.running) : `${row.running} of ${row.max}`,
    `${tokens} tokens${usd === 0 ? "" : `, ${usdText(usd)}`}${share}`,
  ];
}

function stateText({ name, state, until, reason }: AccountRow): string {
  if (state === "free") return state;
  const resume = name === "*" ? "fleet resume" : `fleet resume ${name}`;
  return `${state} until ${until ?? `you run: ${resume}`} (${reason ?? ""})`;
}

function windowText(name: string, { utilization, resets }: WindowUse): string {
  const used = utilization === undefined ? "" : ` ${Math.round(utilization * 100)}%`;
  return `${name}${used}${resets === undefined ? "" : ` until ${resets}`}`;
}
