/** `fleet config show --effective ID`: the settings of a task, and where each was set. Pure. */
import { shellWord } from "@fleet/kit/shell";
import { table } from "@fleet/kit/table";
import { wrap } from "@fleet/kit/width";

import type { EffectiveRow, EffectiveView } from "../../app/views/effective.ts";
import { painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

export function effectiveLines({ settings, problems }: EffectiveView, { c, width }: Screen): string[] {
  const lines = table(
    settings.map((row) =>
      [row.name, valueText(row.value), sourceText(row), row.at ?? ""].map((cell) =>
        row.from === "default" ? painted(cell, c.dim) : cell,
      ),
    ),
    { width, head: ["SETTING", "VALUE", "FROM", "WRITTEN AS"], paintHead: c.dim, below: 30 },
  );
  return [...lines, ...problems.flatMap((problem) => wrap(`not used: ${problem}`, width))];
}

function valueText(value: unknown): string {
  if (value === null) return "(none)";
  if (Array.isArray(value)) return value.length === 0 ? "(none)" : value.flat().map(String).map(shellWord).join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sourceText({ from, of }: EffectiveRow): string {
  return of === null ? from : `${from} ${of}`;
}
