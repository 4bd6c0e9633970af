/** `fleet compare ID…`: the attempts of one or more tasks side by side. */
import { find } from "@fleet/store/ops/find";

import { type AttemptRow, attemptRows } from "../../app/views/compare.ts";
import { openFleet } from "../../app/open.ts";
import { duration } from "@fleet/kit/duration";
import { EXIT } from "../../app/errors.ts";
import { counted, short, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";
import type { Io } from "../../app/io.ts";
import { checksText, linesText, withModel } from "../attempt-words.ts";
import { type Colours, colours, outcomeHue, painted } from "../style.ts";
import { type Command, flag, json, texts } from "./command.ts";

const HEAD = ["ATTEMPT", "CODER", "ACCOUNT", "OUTCOME", "TOOK", "TOKENS", "COST", "LINES", "FILES", "CHECKS", "REASON"];

export const compare: Command = {
  options: {},
  examples: [
    ["fleet compare fleet-3f1", "the attempts of one task"],
    ["fleet compare fleet-3f1 fleet-a7c", "the same work, given to two coders"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const { home } = fleet;
    const snapshot = fleet.store.snapshot();
    const ids = texts(args, "id").map((argument) => find(snapshot, argument).id);
    const { config } = await fleet.settings();
    const rows = (
      await Promise.all(ids.map(async (id) => await attemptRows({ home, config, env: io.env, now: io.now() }, id)))
    ).flat();
    if (flag(args, "json")) io.out(json({ attempts: rows }));
    else if (rows.length === 0) io.out(`${ids.join(", ")}: not started yet.\n`);
    else io.out(compareText(io, rows));
    return EXIT.ok;
  },
};

/** It never ran, so there is nothing to compare; `fleet task ID` lists it. */
const isFailedStart = ({ outcome }: AttemptRow): boolean => outcome === "spawn-failed" || outcome === "not-started";

function compareText(io: Io, rows: readonly AttemptRow[]): string {
  const c = colours(io);
  const ran = rows.filter((row) => !isFailedStart(row));
  const left = rows.length - ran.length;
  const lines = table(
    (ran.length === 0 ? rows : ran).map((row) => cells(c, row)),
    {
      width: terminalWidth(io),
      head: HEAD,
      paintHead: c.dim,
      shrink: [
        ["ACCOUNT", 10],
        ["CODER", 16],
      ],
      drop: ["FILES", "ACCOUNT", "TOKENS"],
      below: 30,
    },
  );
  const note =
    ran.length === 0 || left === 0 ? [] : [c.dim(`Not shown: ${counted(left, "attempt")} that did not start.`)];
  return `${[...lines, ...note].join("\n")}\n`;
}

function cells(c: Colours, row: AttemptRow): Cell[] {
  return [
    `${row.task} #${row.attempt}`,
    withModel(row.coder, row.model),
    row.account === row.coder ? "" : (row.account ?? ""),
    painted(row.outcome ?? "running", outcomeHue(c, row.outcome)),
    row.duration_ms === undefined ? "" : duration(row.duration_ms),
    row.tokens === undefined ? "" : short(row.tokens),
    row.cost_usd === undefined ? "" : usdText(row.cost_usd),
    linesText(row),
    row.files === undefined ? "" : String(row.files),
    checksText(row.checks),
    row.reason.replaceAll(/\s+/g, " "),
  ];
}
