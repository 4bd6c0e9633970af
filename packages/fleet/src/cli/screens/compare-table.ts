/** What `fleet compare` prints: attempts side by side. Pure. */
import { duration } from "@fleet/kit/duration";
import { counted, short, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";

import type { AttemptRow } from "../../app/views/compare.ts";
import { checksText, linesText, withModel } from "../attempt-words.ts";
import { type Colours, outcomeHue, painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

const HEAD = ["ATTEMPT", "CODER", "ACCOUNT", "OUTCOME", "TOOK", "TOKENS", "COST", "LINES", "FILES", "CHECKS", "REASON"];

/** The attempt never ran, so it is left out; `fleet task ID` lists it. */
const isFailedStart = ({ outcome }: AttemptRow): boolean => outcome === "spawn-failed" || outcome === "not-started";

export function compareLines(rows: readonly AttemptRow[], { c, width }: Screen): string[] {
  const ran = rows.filter((row) => !isFailedStart(row));
  const left = rows.length - ran.length;
  const lines = table(
    (ran.length === 0 ? rows : ran).map((row) => cells(c, row)),
    {
      width,
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
  return [...lines, ...note];
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
    row.outcome === undefined && row.reason === "running" ? "" : row.reason.replaceAll(/\s+/g, " "),
  ];
}
