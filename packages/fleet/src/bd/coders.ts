/** The names that --coder takes: the built-in ones and those declared under `coders:` in the home's config.yaml. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { errno } from "@fleet/store/errors";

const BUILT_IN = ["claude", "codex", "agy", "opencode", "gemini", "shell"] as const;

export async function coderNames(home: string): Promise<readonly string[]> {
  let text;
  try {
    text = readFileSync(join(home, "config.yaml"), "utf8");
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return BUILT_IN;
    throw error;
  }
  const { load } = await import("js-yaml");
  const settings: unknown = load(text);
  if (typeof settings !== "object" || settings === null || !("coders" in settings)) return BUILT_IN;
  const { coders } = settings;
  if (typeof coders !== "object" || coders === null) return BUILT_IN;
  return [...new Set([...BUILT_IN, ...Object.keys(coders)])];
}
