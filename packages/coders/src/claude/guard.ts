/**
 * Where hooks of claude's are switched off: with `disableAllHooks` in the person's or the project's settings the hooks on its command
 * line are off, too, without a word (seen with 2.1.328). The strongest file that names it counts.
 */
import * as z from "zod/mini";

import { read } from "../json.ts";

const Settings = z.object({ disableAllHooks: z.exactOptional(z.boolean()) });

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of the machine's administrator, on Linux and on macOS. */
const MANAGED = [
  "/etc/claude-code/managed-settings.json",
  "/Library/Application Support/ClaudeCode/managed-settings.json",
];

/** The weakest first. `cwd`: where claude is started. */
export function files(env: Environment, home: string, cwd: string): readonly string[] {
  const own = env["CLAUDE_CONFIG_DIR"] ?? `${home}/.claude`;
  return [`${own}/settings.json`, `${cwd}/.claude/settings.json`, `${cwd}/.claude/settings.local.json`, ...MANAGED];
}

/** The one that switches them off; undefined where none does. */
export function offBy(settings: readonly { readonly path: string; readonly value: unknown }[]): string | undefined {
  const last = settings.findLast(({ value }) => read(Settings, value)?.disableAllHooks !== undefined);
  return last !== undefined && read(Settings, last.value)?.disableAllHooks === true ? last.path : undefined;
}
