/** One setting, written into the YAML a person wrote: their comments and order stay where the line can simply be put. */
import { dump, load, YAMLException } from "js-yaml";

import { CommandError, EXIT } from "../errors.ts";
import { lacksUnit } from "../../settings/as-written.ts";
import { parseConfig } from "../../settings/file.ts";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text with `key` (dotted for a nested one) set to `written`, or taken out when that is empty. Throws where it is not good. */
export function withSetting(text: string, key: string, written: string): string {
  const value = valueOf(key, written);
  if (lacksUnit(key, written))
    throw new CommandError(
      `${key}: ${written} what? Write ${written}s, ${written}m or ${written}h`,
      `fleet config set ${key}=${written}m`,
      EXIT.usage,
    );
  refuseBroken(text);
  const plain = !key.includes(".") && !isRecord(value) && !isBlock(text, key);
  const next = plain ? line(text, key, written) : nested(text, key.split("."), value);
  const checked = parseConfig(next);
  if (!checked.ok) throw new CommandError(checked.problems.join("; "), "fleet config show", EXIT.failed);
  return next;
}

/** What can't be read must not be written over: part of it would be lost, and nobody would have said so. */
function refuseBroken(text: string): void {
  const mend = "edit config.yaml, then: fleet config show";
  try {
    const root = load(text);
    if (root !== undefined && root !== null && !isRecord(root))
      throw new CommandError("config.yaml holds no settings (KEY: VALUE lines), so nothing was set", mend);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark;
    throw new CommandError(`config.yaml:${line + 1}:${column + 1}: ${error.reason}; nothing was set`, mend);
  }
}

function valueOf(key: string, written: string): unknown {
  if (key.split(".").includes("__proto__")) throw new CommandError(`unknown setting ${key}`, "fleet config show");
  try {
    return written === "" ? undefined : load(written);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new CommandError(
      `${key}: not a value in YAML: ${JSON.stringify(written)}: ${error.reason}`,
      "fleet config show",
    );
  }
}

const lineOf = (key: string): RegExp => new RegExp(`^${key.replaceAll(/[^\w]/g, "")}\\s*:(.*)$`, "m");

/** True when the setting goes on in the lines below its own: a list or a map in YAML's block form. */
function isBlock(text: string, key: string): boolean {
  const found = lineOf(key).exec(text);
  return found !== null && /^\r?\n(?:\s*#.*\n|\s*\n)*(?:[ \t]+\S|- )/.test(text.slice(found.index + found[0].length));
}

/** True when setting this rewrites the whole file, and comments are in it. */
export function losesComments(before: string, after: string): boolean {
  const comments = (text: string): number => text.split("\n").filter((row) => /(^|\s)#/.test(row)).length;
  return comments(after) < comments(before);
}

function line(text: string, key: string, written: string): string {
  const at = lineOf(key);
  const replacement = `${key}: ${written}`;
  const found = at.exec(text);
  if (found !== null) {
    if (written === "") return text.replace(new RegExp(`${at.source}\\n?`, "m"), "");
    const remark = /\s+#.*$/.exec(found[1] ?? "")?.[0] ?? "";
    return text.replace(at, () => replacement + remark);
  }
  if (written === "") return text;
  return `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${replacement}\n`;
}

/** A nested setting rewrites the file: comments in it do not survive, which `config set` says. */
function nested(text: string, path: readonly string[], value: unknown): string {
  const parsed = load(text);
  const root: Record<string, unknown> = isRecord(parsed) ? parsed : {};
  let at = root;
  for (const name of path.slice(0, -1)) {
    const below = at[name];
    const next = isRecord(below) ? below : {};
    at[name] = next;
    at = next;
  }
  const last = path.at(-1) ?? "";
  if (value === undefined) delete at[last];
  else at[last] = value;
  return dump(root, { lineWidth: 120 });
}
