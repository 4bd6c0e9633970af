/** The names that --coder takes: the built-in ones and those declared under `coders:` in the home's config.yaml. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { builtInTraits } from "@fleet/coders/known";
import { FleetError } from "@fleet/kit/errors";
import { readText } from "@fleet/kit/read";
import { Store } from "@fleet/store/store";

import { shownSettings } from "../settings/shown.ts";

const BUILT_IN: readonly string[] = [...builtInTraits.keys()];

/** A built-in coder whose command is not on this PATH, which is the one that its attempts will have. */
export function isMissing(coder: string, path: string | undefined): boolean {
  if (builtInTraits.get(coder)?.isScript !== false) return false;
  return !(path ?? "").split(delimiter).some((dir) => dir !== "" && existsSync(join(dir, coder)));
}

/**
 * Those in force; in a file that is not valid yet also those it declares: the coder of a task is asked for when its time comes, and
 * the file may be mended by then. As kept, settings cost a `bd create --coder` a millisecond, read from YAML ten.
 */
export async function coderNames(home: string): Promise<readonly string[]> {
  const { config, problems } = await shownSettings(home, new Store(home));
  const declared = problems.length === 0 ? [] : await declaredIn(home);
  return [...new Set([...BUILT_IN, ...Object.keys(config.coders), ...declared])];
}

/** By a file that the schema refuses; none by one that is no YAML. */
async function declaredIn(home: string): Promise<readonly string[]> {
  const [{ load, YAMLException }, { configPath }] = await Promise.all([
    import("js-yaml"),
    import("../settings/place.ts"),
  ]);
  try {
    const settings: unknown = load(readText(configPath(home), { links: "follow" }) ?? "");
    return isMap(settings) && isMap(settings["coders"]) ? Object.keys(settings["coders"]) : [];
  } catch (error) {
    // What is wrong with the file is among the problems already.
    if (error instanceof YAMLException || error instanceof FleetError || error instanceof RangeError) return [];
    throw error;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
