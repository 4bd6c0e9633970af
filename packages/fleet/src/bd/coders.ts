/** The names that --coder takes: the built-in ones and those declared under `coders:` in the home's config.yaml. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { readText } from "@fleet/kit/read";

const BUILT_IN = ["claude", "codex", "agy", "opencode", "gemini", "shell"] as const;

/** A built-in coder whose command is not on this PATH, which is the one that its attempts will have. */
export function isMissing(coder: string, path: string | undefined): boolean {
  if (coder === "shell" || !BUILT_IN.some((known) => known === coder)) return false;
  return !(path ?? "").split(delimiter).some((dir) => dir !== "" && existsSync(join(dir, coder)));
}

export async function coderNames(home: string): Promise<readonly string[]> {
  const text = readText(join(home, "config.yaml"), { links: "follow" });
  if (text === undefined) return BUILT_IN;
  const { load } = await import("js-yaml");
  const settings: unknown = load(text);
  if (typeof settings !== "object" || settings === null || !("coders" in settings)) return BUILT_IN;
  const { coders } = settings;
  if (typeof coders !== "object" || coders === null) return BUILT_IN;
  return [...new Set([...BUILT_IN, ...Object.keys(coders)])];
}
