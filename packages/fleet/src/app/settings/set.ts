/** One setting, put into the YAML that a person wrote, and refused in words where it can't be. */
import { shellWord } from "@fleet/kit/shell";
import { load, YAMLException } from "js-yaml";

import { lacksUnit, withUnit } from "../../settings/as-written.ts";
import { edited } from "../../settings/edit/edit.ts";
import { pathOf } from "../../settings/edit/key.ts";
import { parseConfig } from "../../settings/file.ts";
import { CommandError, EXIT } from "../errors.ts";

const EDIT = "fleet config edit";
const SHOW = "fleet config show";

/** The text with `key` (dotted for a nested one) set to `written`, or taken out when that is empty. */
export function withSetting(text: string, key: string, written: string): string {
  const value = valueOf(key, written);
  if (lacksUnit(key, written))
    throw new CommandError(
      `${key}: ${written} what? Write ${written}s, ${written}m or ${written}h`,
      `fleet config set ${shellWord(`${key}=${withUnit(key, written.trim())}`)}`,
      EXIT.usage,
    );
  refuseBroken(text);
  const next = edited(text, { path: pathOf(key), value, written });
  if (next === undefined)
    throw new CommandError(
      `config.yaml is written in a way in which ${key} can't be changed without losing its comments; nothing was set`,
      EDIT,
    );
  const checked = parseConfig(next);
  if (!checked.ok) throw new CommandError(checked.problems.join("; "), SHOW, EXIT.failed);
  return next;
}

/** What can't be read must not be overwritten: part of it would be lost silently. */
function refuseBroken(text: string): void {
  try {
    const root = load(text);
    if (root !== undefined && root !== null && (typeof root !== "object" || Array.isArray(root)))
      throw new CommandError("config.yaml holds no settings (KEY: VALUE lines), so nothing was set", EDIT);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark;
    throw new CommandError(`config.yaml:${line + 1}:${column + 1}: ${error.reason}; nothing was set`, EDIT);
  }
}

function valueOf(key: string, written: string): unknown {
  const path = pathOf(key);
  if (path.length === 0 || path.includes("__proto__")) throw new CommandError(`unknown setting ${key}`, SHOW);
  try {
    return written === "" ? undefined : load(written);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new CommandError(`${key}: not a value in YAML: ${JSON.stringify(written)}: ${error.reason}`, SHOW);
  }
}
