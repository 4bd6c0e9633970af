/** The settings of the fleet as they are in force: `fleet config show`, `fleet config get`. */
import { isDeepStrictEqual } from "node:util";

import { nearest } from "@fleet/kit/nearest";

import { asWritten } from "../../settings/as-written.ts";
import { pathOf, valueAt } from "../../settings/edit/key.ts";
import { configPath } from "../../settings/place.ts";
import type { InForce } from "../../settings/in-force.ts";
import { DEFAULTS } from "../../settings/defaults.ts";
import { type Config, KEYS } from "../../settings/schema.ts";
import { CommandError, EXIT } from "../errors.ts";

export { CHOICES as settingChoices, KEYS as settingKeys } from "../../settings/schema.ts";

export interface SettingRow {
  readonly key: string;
  /** As a person would write it; null for none. */
  readonly value: unknown;
  readonly isSet: boolean;
  readonly means: string;
}

/** In config.yaml, at its top level. */
const NAMES = [...new Set([...KEYS.keys()].map((key) => key.split(".")[0] ?? key))];

/** All of them, under the names that they have in config.yaml; null: it is not set, and has no default. */
export function allSettings(config: Config): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = config;
  return Object.fromEntries(NAMES.map((key) => [key, asWritten(key, values[key] ?? null)]));
}

export function settingRows(config: Config): SettingRow[] {
  const [all, usual] = [allSettings(config), allSettings(DEFAULTS)];
  return [...KEYS].map(([key, means]) => {
    const value = valueAt(all, pathOf(key)) ?? null;
    return { key, value, isSet: !isDeepStrictEqual(value, valueAt(usual, pathOf(key)) ?? null), means };
  });
}

/** Nothing can be set under that name. */
export function refuseUnknown(key: string, action: "get" | "unset"): void {
  const [first = ""] = pathOf(key);
  if (![...KEYS.keys()].some((known) => known === first || known.startsWith(`${first}.`))) {
    const meant = nearest(key, [...KEYS.keys()]);
    throw new CommandError(
      `unknown setting ${key}`,
      meant === undefined ? "fleet config show" : `fleet config ${action} ${meant}`,
      EXIT.usage,
    );
  }
}

/** Of one, in whatever depth. */
export function settingValue(config: Config, key: string): unknown {
  refuseUnknown(key, "get");
  return valueAt(allSettings(config), pathOf(key)) ?? null;
}

/** Where they are written, and what is wrong with what is written there. */
export const settingsFile = (home: string, { problems }: InForce): { path: string; problems: readonly string[] } => ({
  path: configPath(home),
  problems,
});
