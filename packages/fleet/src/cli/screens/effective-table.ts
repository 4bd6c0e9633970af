/** `fleet config show --effective ID`: what holds for a task, and where it was said. */
import { shellWord } from "@fleet/kit/shell";
import { table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";

import type { Io } from "../../app/io.ts";
import type { EffectiveRow, EffectiveView } from "../../app/views/effective.ts";
import { colours, painted } from "../style.ts";

export function effectiveText({ settings, problems }: EffectiveView, io: Io): string {
  const { dim } = colours(io);
  const lines = table(
    settings.map((row) =>
      [row.name, valueText(row.value), sourceText(row), row.at ?? ""].map((cell) =>
        row.from === "default" ? painted(cell, dim) : cell,
      ),
    ),
    { width: terminalWidth(io), head: ["SETTING", "VALUE", "FROM", "WRITTEN AS"], paintHead: dim, below: 30 },
  );
  return `${[...lines, ...problems.map((problem) => `not used: ${problem}`)].join("\n")}\n`;
}

function valueText(value: unknown): string {
  if (value === null) return "(none)";
  if (Array.isArray(value)) return value.length === 0 ? "(none)" : value.flat().map(String).map(shellWord).join(" ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sourceText({ from, of }: EffectiveRow): string {
  return of === null ? from : `${from} ${of}`;
}
