/** Settings for one command, and all that it starts, in its environment. Pure. */
import type { Environment } from "./environment.ts";
import type { Setting } from "./settings.ts";

/** An argument would show a token to everybody on the machine. Beside what stands there already. */
export function configVariables(
  settings: readonly Pick<Setting, "key" | "value">[],
  env: Environment,
): Record<string, string> {
  const before = Number.parseInt(env["GIT_CONFIG_COUNT"] ?? "0", 10) || 0;
  const pairs = settings.flatMap(({ key, value = "true" }, n): [string, string][] => [
    [`GIT_CONFIG_KEY_${before + n}`, key],
    [`GIT_CONFIG_VALUE_${before + n}`, value],
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(before + settings.length) };
}
