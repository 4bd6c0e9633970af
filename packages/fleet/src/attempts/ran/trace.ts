/**
 * What git itself wrote down of its commands, by GIT_TRACE2_EVENT: JSON lines of all processes of an attempt that ran git, scripts,
 * hooks and rebases among them, each line marked with its process. Decoded to one entry a process. Pure.
 */
import * as z from "zod/mini";

import { parseJson } from "@fleet/kit/json";
import { clip } from "@fleet/kit/text";

const event = z.discriminatedUnion("event", [
  z.object({ event: z.literal("version"), sid: z.string(), time: z.string() }),
  z.object({ event: z.literal("start"), sid: z.string(), argv: z.array(z.string()) }),
  z.object({ event: z.literal("def_repo"), sid: z.string(), worktree: z.string() }),
  z.object({ event: z.literal("cmd_name"), sid: z.string(), name: z.string(), hierarchy: z.optional(z.string()) }),
  z.object({ event: z.literal("signal"), sid: z.string(), time: z.optional(z.string()), signo: z.number() }),
  z.object({ event: z.literal("atexit"), sid: z.string(), time: z.string(), code: z.number() }),
]);
type TraceEvent = z.infer<typeof event>;

export const gitCommand = z.object({
  /** Its own name, and those of the git commands that started it: `pull/merge`. */
  name: z.string(),
  under: z.optional(z.string()),
  /** Without secrets, and shortened. */
  args: z.array(z.string()),
  /** The top of the working tree it worked in; absent where it was in none. */
  worktree: z.optional(z.string()),
  /** Milliseconds since 1970. `until` is absent where its end was not written down: it was killed, or continues. */
  at: z.number(),
  until: z.optional(z.number()),
  code: z.optional(z.number()),
});
export type GitCommand = z.infer<typeof gitCommand>;

export interface GitRan {
  readonly commands: readonly GitCommand[];
  /** There were more than are told. */
  readonly cut: boolean;
  /** All the same those are told that may have changed something. */
  readonly whole?: boolean | undefined;
}

export const NO_GIT: GitRan = { commands: [], cut: false };

/** More processes than this are not told one by one. */
export const MOST_COMMANDS = 5_000;
const MOST_ARGS = 12;
const ARG_LENGTH = 200;

/** Git begins each line with the kind of the event: the many that say nothing here are not parsed. */
const TOLD = /^\{"event":"(?:version|start|def_repo|cmd_name|signal|atexit)"/;

interface Reading {
  /** How the session ids of the attempt's processes begin, where others write to the same file. */
  readonly mark?: string | undefined;
  readonly most?: number;
}

/** Git's commands that change nothing, and that tools ask again and again. */
const ASKING = new Set([
  "blame",
  "cat-file",
  "check-ignore",
  "describe",
  "diff",
  "diff-files",
  "diff-index",
  "for-each-ref",
  "grep",
  "log",
  "ls-files",
  "ls-tree",
  "merge-base",
  "name-rev",
  "rev-list",
  "rev-parse",
  "show",
  "show-ref",
  "status",
  "version",
]);

export function decodeTrace(text: string, { mark, most = MOST_COMMANDS }: Reading = {}): GitRan {
  const open = new Map<string, Partial<GitCommand>>();
  // Beyond the first ones: those of which it is not known yet whether they change anything.
  const late = new Map<string, Partial<GitCommand>>();
  let [cut, isWhole] = [false, true];
  for (const line of text.split("\n")) {
    if (!TOLD.test(line) || (mark !== undefined && !line.includes(`"sid":"${mark}/`))) continue;
    const read = event.safeParse(parseJson(line));
    if (!read.success) continue;
    const { sid } = read.data;
    const known = open.get(sid) ?? late.get(sid);
    const is = { ...known, ...told(read.data, known) };
    if (open.has(sid) || (known === undefined && open.size < most)) open.set(sid, is);
    else if (read.data.event === "version" || late.has(sid)) late.set(sid, is);
    if (!late.has(sid) || read.data.event !== "cmd_name") continue;
    late.delete(sid);
    if (ASKING.has(is.name ?? "")) cut = true;
    else if (open.size < 2 * most) open.set(sid, is);
    else [cut, isWhole] = [true, false];
  }
  const commands = [...open.values()].flatMap(({ name = "git", args = [], at, ...rest }) =>
    at === undefined ? [] : [{ name, args, at, ...rest }],
  );
  return { commands, cut: cut || late.size > 0, ...(cut && isWhole && late.size === 0 ? { whole: true } : {}) };
}

function told(event: TraceEvent, known: Partial<GitCommand> | undefined): Partial<GitCommand> {
  switch (event.event) {
    case "version":
      return { at: Date.parse(event.time) };
    case "start":
      return { args: event.argv.slice(1, 1 + MOST_ARGS).map(shown) };
    case "def_repo":
      // Its own comes first; then it opens the submodules, which it only looks at.
      return known?.worktree === undefined ? { worktree: event.worktree } : {};
    case "cmd_name": {
      const { name, hierarchy = name } = event;
      return { name, ...(hierarchy === name ? {} : { under: hierarchy.slice(0, -(name.length + 1)) }) };
    }
    case "signal":
      return { code: 128 + event.signo, ...(event.time === undefined ? {} : { until: Date.parse(event.time) }) };
    case "atexit":
      return { until: Date.parse(event.time), code: event.code };
  }
}

/** The user info of an address, and the value after the name of a secret. */
const IN_URL = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const IN_QUERY = /([?&][^=&\s]*(?:token|key|secret|password|signature)[^=&\s]*=)[^&\s]+/gi;
const BY_NAME = /(\b[\w-]*(?:token|secret|passw(?:or)?d|api[-_]?key)["']?\s*[=:]\s*["']?)[^\s"'&;]+/gi;
const IN_HEADER = /\b(authorization:\s*)\S.*/gi;

const shown = (arg: string): string =>
  clip(
    arg
      .replaceAll(IN_URL, "$1[secret]@")
      .replaceAll(IN_QUERY, "$1[secret]")
      .replaceAll(IN_HEADER, "$1[secret]")
      .replaceAll(BY_NAME, "$1[secret]"),
    ARG_LENGTH,
  );
