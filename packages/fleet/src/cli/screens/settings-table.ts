/** `fleet config show`: every setting, its value and what it means. */
import { table } from "@fleet/kit/table";
import { terminalWidth } from "@fleet/kit/width";

import type { Io } from "../../app/io.ts";
import type { SettingRow } from "../../app/views/settings.ts";
import { colours } from "../style.ts";

/** A value as it would be written. */
export const settingText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** `file`: where they are written. */
export function settingsText(rows: readonly SettingRow[], file: string, io: Io): string {
  const lines = table(
    rows.map(({ key, value, isSet, means }) => [
      key,
      value === null ? "(none)" : settingText(value),
      isSet ? "(set)" : "",
      means,
    ]),
    { width: terminalWidth(io), below: 40 },
  );
  return `${lines.join("\n")}\n\n${colours(io).dim(file)}\n`;
}
