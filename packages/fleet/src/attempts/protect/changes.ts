/** What of the protected things an attempt changed, and what was changed by who knows whom; with how to put it back. Pure. */
import { basename, dirname, resolve } from "node:path";

import { shellWord } from "@fleet/kit/shell";

import { isSame, type Marks } from "../evidence/marks.ts";
import type { GitRan } from "../ran/trace.ts";
import type { ToolSpan } from "./spans.ts";

export interface Watched {
  readonly config: Readonly<Record<string, readonly string[]>>;
  /** By absolute path. */
  readonly files: Marks;
}

export interface ProtectedChange {
  /** `core.hookspath of /w/.git/config`, `/home/me/.bashrc`. */
  readonly what: string;
  /** A command of the shell. */
  readonly putBack: string;
  readonly whose: "own" | "unknown";
}

interface Told {
  /** The file of the repository's configuration, and the top of its working tree. */
  readonly config: string | undefined;
  readonly top: string;
  /** What its tools say that they wrote, and its git commands; undefined where nothing is known of those. */
  readonly written: readonly string[];
  readonly ran: GitRan | undefined;
  /** Where a copy is of what a file held. */
  readonly copies: Readonly<Record<string, string>>;
  /** Its tools, with what they were called with. */
  readonly spans: readonly ToolSpan[];
  /** When a file was last written to, or what it is was last changed, as the system notes it; nobody can set that back. */
  readonly changedAt: (path: string) => number | undefined;
}

/** Tools are seen to begin so much later than they do, at most, in milliseconds. */
const LAG = 3_000;

/** While a file changed, a tool ran whose words name it. A script that changes it without a word is nobody's for sure. */
function byTool(path: string, { spans, changedAt }: Told, names: (text: string) => boolean): boolean {
  const at = changedAt(path);
  return at !== undefined && spans.some(({ from, until, text }) => from - LAG <= at && at <= until && names(text));
}

export function protectedChanges(before: Watched, now: Watched, told: Told): ProtectedChange[] {
  const keys = [...new Set([...Object.keys(before.config), ...Object.keys(now.config)])].sort();
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(now.files)])].sort();
  return [
    ...keys.flatMap((key) => {
      const [was = [], is = []] = [before.config[key], now.config[key]];
      return was.join("\0") === is.join("\0") ? [] : [ofKey(key, was, told)];
    }),
    ...paths.flatMap((path) => {
      const was = before.files[path] ?? "";
      return isSame(was, now.files[path] ?? "") ? [] : [ofFile(path, was, told)];
    }),
  ];
}

/** `git config`, `git -C DIR config`; not `git add config.yaml`. */
const GIT_CONFIG = /\bgit(?:\s+-\S+(?:\s+[^-\s]\S*)?)*\s+config(?=[\s"']|$)/;

/** What words have to say that mean this file: of a hook its directory too, because `update` is a word of many commands. */
const nameOf = (path: string): string =>
  basename(dirname(path)) === "hooks" ? `hooks/${basename(path)}` : basename(path);

function ofKey(key: string, was: readonly string[], told: Told): ProtectedChange {
  const { config = "", ran, top } = told;
  const isNamed = (text: string): boolean => text.includes(".git/config") || GIT_CONFIG.test(text);
  const isGits = (ran?.commands ?? []).some(
    ({ name, args, worktree, code }) =>
      name === "config" &&
      worktree === top &&
      (code ?? 0) === 0 &&
      args.some((arg) => arg.toLowerCase() === key.toLowerCase()),
  );
  const isOwn = isGits || byTool(config, told, isNamed);
  const git = `git config --file ${shellWord(config)}`;
  const [last] = was.slice(-1);
  return {
    what: `${key} of ${config}`,
    putBack:
      last === undefined
        ? `${git} --unset-all ${shellWord(key)}`
        : `${git} --replace-all ${shellWord(key)} ${shellWord(last)}`,
    whose: isOwn ? "own" : "unknown",
  };
}

function ofFile(path: string, was: string, told: Told): ProtectedChange {
  const { written, top, copies } = told;
  const copy = copies[path];
  const isOwn =
    written.some((one) => resolve(top, one) === path) || byTool(path, told, (text) => text.includes(nameOf(path)));
  const back = copy === undefined ? `ls -l ${shellWord(path)}` : `cp ${shellWord(copy)} ${shellWord(path)}`;
  return { what: path, putBack: was === "" ? `rm ${shellWord(path)}` : back, whose: isOwn ? "own" : "unknown" };
}

/** What changed, and the command that puts it back. */
export const changeLine = ({ what, putBack }: ProtectedChange): string => `${what} (to put it back: ${putBack})`;
