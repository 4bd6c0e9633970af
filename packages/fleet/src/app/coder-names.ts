/** The names that --coder takes: the built-in ones and those declared under `coders:` in the home's config.yaml. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { builtInTraits } from "@fleet/coders/known";
import { Store } from "@fleet/store/store";

import { shownSettings } from "../settings/shown.ts";

const BUILT_IN: readonly string[] = [...builtInTraits.keys()];

/** A built-in coder whose command is not on this PATH, which is the one that its attempts will have. */
export function isMissing(coder: string, path: string | undefined): boolean {
  if (builtInTraits.get(coder)?.isScript !== false) return false;
  return !(path ?? "").split(delimiter).some((dir) => dir !== "" && existsSync(join(dir, coder)));
}

/** Those in force, where the file can't be: as kept they cost a `bd create --coder` a millisecond, read from YAML ten. */
export async function coderNames(home: string): Promise<readonly string[]> {
  const { config } = await shownSettings(home, new Store(home));
  return [...new Set([...BUILT_IN, ...Object.keys(config.coders)])];
}
