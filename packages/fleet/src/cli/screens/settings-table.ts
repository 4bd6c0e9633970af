/** `fleet config show`: every setting, its value and what it means. Pure. */
import { table } from "@fleet/kit/table";

import type { SettingRow } from "../../app/views/settings.ts";
import { painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

/** A value in YAML. */
export const settingText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.keys(value).length === 0);

/** `file`: the configuration file. Values that differ from the default are highlighted. */
export function settingsLines(rows: readonly SettingRow[], file: string, { c, width }: Screen): string[] {
  const lines = table(
    rows.map(({ key, value, isSet, means }) => [
      painted(key, isSet ? c.bold : (text) => text),
      painted(isNothing(value) ? "(none)" : settingText(value), isSet ? c.green : c.dim),
      isSet ? "(set)" : "",
      means,
    ]),
    { width, head: ["SETTING", "VALUE", "", "MEANS"], paintHead: c.dim, shrink: [["VALUE", 20]], below: 30 },
  );
  return [...lines, "", c.dim(file)];
}
