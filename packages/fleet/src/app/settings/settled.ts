/** The settings of an operation, where a fallback would do something that was never set. */
import type { InForce } from "../../settings/in-force.ts";
import type { Config } from "../../settings/schema.ts";
import { CommandError } from "../errors.ts";

/** Refused where the file is invalid and nothing was accepted before: the defaults are not what its owner wrote. */
export function settled({ config, unsettled }: InForce): Config {
  if (unsettled === undefined) return config;
  throw new CommandError(
    `config.yaml is invalid, and no settings were in force before it: ${unsettled}`,
    "fleet config show",
  );
}

/** The warning of what is printed from the settings while the file is invalid; undefined where the file is what holds. */
export function settingsWarning({ problems, unsettled }: InForce): string | undefined {
  if (problems.length === 0) return undefined;
  const held =
    unsettled === undefined
      ? "still using the previous settings"
      : "there are no previous settings, so the defaults hold";
  return `config.yaml is invalid; ${held}: ${problems.join("; ")}`;
}
