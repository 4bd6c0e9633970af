/**
 * What claude keeps by directory, as 2.1.328 was seen to: in `.claude.json` which servers a person approved and which they added
 * for that project alone, and the notes of its memory. Of a copy it is given to it by flags, so that no file of the person's changes.
 */
import { parseJson } from "@fleet/kit/json";
import * as z from "zod/mini";

import type { CoderRequest } from "../coder.ts";
import { maybe, read } from "../json.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const homeOf = (env: Environment): string => env["HOME"] ?? "/";
const ownDir = (env: Environment, home: string): string => env["CLAUDE_CONFIG_DIR"] ?? `${home}/.claude`;

export const files = (env: Environment, home: string): readonly string[] => [
  `${env["CLAUDE_CONFIG_DIR"] ?? home}/.claude.json`,
];

/** Beside the checked-in settings; usually ignored by git. */
export const local = [".claude/settings.local.json"];

const names = maybe(z.array(z.string()));
const Project = z.object({
  allowedTools: names,
  enabledMcpjsonServers: names,
  disabledMcpjsonServers: names,
  mcpServers: maybe(z.record(z.string(), z.unknown())),
});
const Kept = z.object({ projects: maybe(z.record(z.string(), z.unknown())) });

export interface OfSource {
  /** For the settings on its command line. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly servers: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

const NOTHING: OfSource = { settings: {}, servers: {}, words: [] };

/** So long a directory's name is its own; of a longer one it keeps a hash that is not ours to make. */
const LONGEST = 200;

export function ofSource({ copyOf }: Pick<CoderRequest, "copyOf">): OfSource {
  if (copyOf === undefined) return NOTHING;
  const { top, cwd, env, texts } = copyOf;
  const [file = ""] = files(env, homeOf(env));
  const all = read(Kept, parseJson(texts[file] ?? ""))?.projects ?? {};
  const own = [all[cwd], all[top]].map((one) => read(Project, one)).find((one) => one !== undefined);
  const { allowedTools = [], enabledMcpjsonServers: on = [], disabledMcpjsonServers: off = [] } = own ?? {};
  const servers = own?.mcpServers ?? {};
  const name = top.replaceAll(/[^a-zA-Z0-9]/g, "-");
  const approved = allowedTools.length + on.length + off.length > 0;
  const isNamed = name.length <= LONGEST;
  return {
    settings: {
      ...(isNamed ? { autoMemoryDirectory: `${ownDir(env, homeOf(env))}/projects/${name}/memory` } : {}),
      ...(allowedTools.length === 0 ? {} : { permissions: { allow: allowedTools } }),
      ...(on.length === 0 ? {} : { enabledMcpjsonServers: on }),
      ...(off.length === 0 ? {} : { disabledMcpjsonServers: off }),
    },
    servers,
    words: [
      ...(isNamed ? ["memory"] : []),
      ...(approved ? ["approvals"] : []),
      ...(Object.keys(servers).length === 0 ? [] : ["MCP servers"]),
    ],
  };
}
