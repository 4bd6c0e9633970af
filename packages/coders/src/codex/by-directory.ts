/**
 * Which directories codex trusts stands in its `config.toml`, by their paths; what a project's own `.codex` says counts only in
 * those. Of a copy it is said by a flag, so that no file of the person's changes.
 */
import type { CoderRequest } from "../coder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export const files = (env: Environment, home: string): readonly string[] => [
  `${env["CODEX_HOME"] ?? `${home}/.codex`}/config.toml`,
];

/** `[projects."/src/web"]`, which is how codex writes it; in TOML a name in quotes is as in JSON. */
const TABLE = /^\s*\[projects\.(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\]\s*(?:#.*)?$/;
const TRUST = /^\s*trust_level\s*=\s*["'](\w+)["']/;

/** The level of trust of each directory that has one. */
export function trustIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let table: string | undefined;
  for (const line of text.split("\n")) {
    const [isTable, quoted, literal] = TABLE.exec(line) ?? [];
    if (isTable !== undefined) table = literal ?? quoted?.replaceAll(/\\(.)/g, "$1");
    else if (/^\s*\[/.test(line)) table = undefined;
    const level = table === undefined ? undefined : TRUST.exec(line)?.[1];
    if (table !== undefined && level !== undefined) found.set(table, level);
  }
  return found;
}

export function ofSource({ copyOf }: Pick<CoderRequest, "copyOf">): readonly string[] {
  if (copyOf === undefined) return [];
  const { top, cwd, at, env, texts } = copyOf;
  const [file = ""] = files(env, env["HOME"] ?? "/");
  const trusted = trustIn(texts[file] ?? "");
  const level = trusted.get(cwd) ?? trusted.get(top);
  return level === undefined ? [] : ["-c", `projects={${JSON.stringify(at)}={trust_level=${JSON.stringify(level)}}}`];
}
