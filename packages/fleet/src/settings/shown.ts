/**
 * The settings for commands that show something, and for `create`: as `settingsInForce` has them, decoded once for each version of the file.
 * The schema, and the coders whose settings it checks, are a third of what `fleet tasks` loads; so what was decoded is kept as
 * data in `run/`, beside the text that it was made of and the build that made it, and holds for exactly that text.
 *
 * What starts, stops or lands something reads the file itself.
 */
import { join } from "node:path";

import { writeDerived } from "@fleet/kit/files";
import { parseJson } from "@fleet/kit/json";
import { util } from "@fleet/kit/node";
import { MIB, readText } from "@fleet/kit/read";
import type { Store } from "@fleet/store/store";

import { DEFAULTS } from "./defaults.ts";
import type { InForce } from "./in-force.ts";
import { configPath } from "./place.ts";
import type { Config } from "./schema.ts";

/** Of all sources that settings are decoded by; put in by the build. */
declare const FLEET_SETTINGS: string | undefined;

/** Undefined when the sources run: they change from one command to the next. */
const BUILD = typeof FLEET_SETTINGS === "string" ? FLEET_SETTINGS : undefined;

export const shownSettingsPath = (home: string): string => join(home, "run", "settings.json");

interface Kept {
  readonly build: string;
  readonly text: string;
  readonly config: Config;
}

/** `config` is taken at its word: the schema of this build made it, and saw that it survives being JSON. */
const isKept = (value: unknown): value is Kept =>
  typeof value === "object" &&
  value !== null &&
  "build" in value &&
  "text" in value &&
  "config" in value &&
  typeof value.config === "object" &&
  value.config !== null;

function keptOf(home: string, text: string, build: string): Config | undefined {
  try {
    const kept = parseJson(readText(shownSettingsPath(home), { most: MIB }) ?? "");
    return isKept(kept) && kept.build === build && kept.text === text ? kept.config : undefined;
  } catch {
    // It can't be read, which is no trouble: it is made anew.
    return undefined;
  }
}

function keep(home: string, kept: Kept): void {
  const json = JSON.stringify(kept);
  if (json.length <= MIB && util().isDeepStrictEqual(parseJson(json), kept))
    writeDerived(shownSettingsPath(home), () => `${json}\n`);
}

/** `build`: for tests. */
export async function shownSettings(home: string, store: Store, build = BUILD): Promise<InForce> {
  const text = readable(home);
  if (text === undefined) return { config: DEFAULTS, unsettled: undefined, problems: [] };
  const config = text === null || build === undefined ? undefined : keptOf(home, text, build);
  if (config !== undefined) return { config, unsettled: undefined, problems: [] };
  const [{ settingsInForce }, { parseConfig }] = await Promise.all([import("./in-force.ts"), import("./file.ts")]);
  const read = text === null ? undefined : parseConfig(text);
  if (text === null || read?.ok !== true) return settingsInForce(home, store);
  if (build !== undefined) keep(home, { build, text, config: read.config });
  return { config: read.config, unsettled: undefined, problems: [] };
}

/** Undefined: there is no file. Null: it can't be read, and `settingsInForce` says why. */
function readable(home: string): string | undefined | null {
  try {
    return readText(configPath(home), { links: "follow" });
  } catch {
    return null;
  }
}
