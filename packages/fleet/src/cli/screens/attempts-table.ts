/** The attempts of one task as `fleet task ID` lists them. Pure. */
import { duration } from "@fleet/kit/duration";
import { short, usdText } from "@fleet/kit/figures";
import { table } from "@fleet/kit/table";
import { localTimes, moment } from "@fleet/kit/when";

import { millis, type OutcomeKind } from "../../app/terms.ts";
import { checksText, linesText, withModel } from "../attempt-words.ts";
import { outcomeHue, painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

export interface AttemptLine {
  readonly attempt: number;
  readonly coder?: string | undefined;
  readonly model?: string | undefined;
  readonly started_at?: string | undefined;
  readonly duration_ms?: number | undefined;
  readonly tokens?: number | undefined;
  readonly cost_usd?: number | undefined;
  readonly added?: number | undefined;
  readonly deleted?: number | undefined;
  readonly checks?: readonly { readonly verdict: string }[] | undefined;
  readonly outcome?: OutcomeKind | undefined;
  readonly reason: string;
}

export function attemptsTable(rows: readonly AttemptLine[], { c, width, now }: Screen): string[] {
  return table(
    rows.map((row) => [
      String(row.attempt),
      withModel(row.coder, row.model),
      row.started_at === undefined ? "" : moment(millis(row.started_at), now),
      row.duration_ms === undefined ? "" : duration(row.duration_ms),
      (row.tokens ?? 0) === 0 ? "" : short(row.tokens ?? 0),
      row.cost_usd === undefined ? "" : usdText(row.cost_usd),
      linesText(row),
      checksText(row.checks ?? []),
      painted(row.outcome ?? "running", outcomeHue(c, row.outcome)),
      row.outcome === undefined && row.reason === "running" ? "" : localTimes(row.reason, now),
    ]),
    {
      width,
      head: ["#", "CODER", "STARTED", "TOOK", "TOKENS", "COST", "LINES", "CHECKS", "OUTCOME", "REASON"],
      paintHead: c.dim,
      shrink: [["CODER", 16]],
      drop: ["TOKENS", "LINES"],
      below: 30,
    },
  );
}
