/** The names that --coder takes: the built-in ones and those declared under `coders:` in the home's config.yaml. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { builtInTraits } from "@fleet/coders/known";
import { readText } from "@fleet/kit/read";
import { Store } from "@fleet/store/store";

const BUILT_IN: readonly string[] = [...builtInTraits.keys()];

/** A built-in coder whose command is not on this PATH, which is the one that its attempts will have. */
export function isMissing(coder: string, path: string | undefined): boolean {
  if (builtInTraits.get(coder)?.isScript !== false) return false;
  return !(path ?? "").split(delimiter).some((dir) => dir !== "" && existsSync(join(dir, coder)));
}

/** The schema of all settings is not asked: this is paid for with each `bd create --coder`. */
export async function coderNames(home: string): Promise<readonly string[]> {
  const text = readText(join(home, "config.yaml"), { links: "follow" });
  if (text === undefined) return BUILT_IN;
  const { load, YAMLException } = await import("js-yaml");
  try {
    return namesIn(load(text));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { settingsInForce } = await import("../settings/in-force.ts");
    return namesIn(settingsInForce(home, new Store(home)).config);
  }
}

function namesIn(settings: unknown): readonly string[] {
  if (typeof settings !== "object" || settings === null || !("coders" in settings)) return BUILT_IN;
  const { coders } = settings;
  if (typeof coders !== "object" || coders === null) return BUILT_IN;
  return [...new Set([...BUILT_IN, ...Object.keys(coders)])];
}
