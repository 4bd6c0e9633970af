/** The tasks of an experiment side by side, in columns. Pure. */
import { duration } from "@fleet/kit/duration";
import { short, usdText } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { wrap } from "@fleet/kit/width";

import type { ComparedTask } from "../../app/views/experiment.ts";
import { checksText, linesText, withModel } from "../attempt-words.ts";
import { type Colours, outcomeHue, painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

const HEAD = [
  "TASK",
  "CODER",
  "STATE",
  "OUTCOME",
  "GRADE",
  "CHECKS",
  "TOOK",
  "TOKENS",
  "COST",
  "COMMON",
  "FILES",
  "LINES",
];

export function experimentLines(tasks: readonly ComparedTask[], { c, width }: Screen): string[] {
  const rows = table(
    tasks.map((task) => cells(c, task)),
    { width, head: HEAD, paintHead: c.dim, shrink: [["CODER", 16]], drop: ["COMMON", "TOKENS", "FILES", "TOOK"] },
  );
  const doubts = tasks.flatMap(({ id, unverified }) =>
    unverified.length === 0 ? [] : wrap(`${id}: ${unverified.join("; ")}`, width - 2).map((line) => `  ${line}`),
  );
  return doubts.length === 0 ? rows : [...rows, "", "Not verified:", ...doubts];
}

function cells(c: Colours, task: ComparedTask): Cell[] {
  const { id, coder, model, state, outcome, grade, checks, duration_ms, tokens, cost_usd, added, deleted, files } =
    task;
  return [
    id,
    withModel(coder, model),
    state,
    painted(outcome ?? "", outcomeHue(c, outcome ?? undefined)),
    grade ?? "",
    checksText(checks),
    duration_ms === null ? "" : duration(duration_ms),
    tokens === null ? "" : short(tokens),
    cost_usd === null ? "" : usdText(cost_usd),
    String(new Set(task.common.flatMap((one) => one.files)).size),
    files === null ? "" : String(files.length),
    linesText({ added: added ?? undefined, deleted: deleted ?? undefined }),
  ];
}
