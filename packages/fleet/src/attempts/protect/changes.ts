/** Protected files that an attempt changed, and those that somebody unknown changed; with the commands that restore them. Pure. */
import { basename, dirname, resolve } from "node:path";

import { shellWord } from "@fleet/kit/shell";

import { isUnder } from "../evidence/bounds.ts";
import { isSame, type Marks } from "../evidence/marks.ts";
import type { GitCommand, GitRan } from "../ran/trace.ts";
import type { Keys } from "./risky-keys.ts";
import { LAG, type ToolSpan } from "./spans.ts";

export interface Watched {
  /** Keys by configuration file. */
  readonly config: Readonly<Record<string, Keys>>;
  /** Marks by absolute path. */
  readonly files: Marks;
}

export interface ProtectedChange {
  /** `core.hookspath of /w/.git/config`, `/home/me/.bashrc`. */
  readonly what: string;
  /** A command of the shell; empty where nothing is there to put it back with. */
  readonly putBack: string;
  /** other: of another attempt. */
  readonly whose: "own" | "other" | "unknown";
}

/** An attempt's own record of its work. */
export interface Deeds {
  /** Absolute: what its tools say that they wrote. */
  readonly written: readonly string[];
  /** Its git commands; undefined where nothing is known of those. */
  readonly ran: GitRan | undefined;
  /** Its tools, with what they were called with. */
  readonly spans: readonly ToolSpan[];
  /** It was at work in another place, and its words mean what is there, or what belongs to no place. */
  readonly elsewhere?: { readonly top: string; readonly repository: string | undefined };
}

interface Told {
  /** The top of the working tree. */
  readonly top: string;
  readonly own: Deeds;
  readonly others: readonly Deeds[];
  /** Where a copy is of what a file held, and where a link led. */
  readonly copies: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
  /** When a file was last written to, or what it is was last changed, as recorded by the system, which can't be set back. */
  readonly changedAt: (path: string) => number | undefined;
  readonly isThere: (path: string) => boolean;
}

export function protectedChanges(before: Watched, now: Watched, told: Told): ProtectedChange[] {
  const configs = namesIn(before.config, now.config);
  return [
    ...configs.flatMap((config) => {
      const [all, left] = [before.config[config] ?? {}, now.config[config] ?? {}];
      return namesIn(all, left).flatMap((key) => {
        const [was, is] = [all[key] ?? [], left[key] ?? []];
        return was.join("\0") === is.join("\0") ? [] : [ofKey(config, key, was, told)];
      });
    }),
    ...namesIn(before.files, now.files).flatMap((path) => {
      const [was, is] = [before.files[path] ?? "", now.files[path] ?? ""];
      return isSame(was, is) ? [] : [ofFile(path, was, is, told)];
    }),
  ];
}

const namesIn = (one: object, other: object): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();

/** How sure it is that an attempt did something: git or a tool of its own says so, a tool ran then whose words name it, or nothing. */
type Sure = "told" | "named" | "no";

function whoseIs(of: (deeds: Deeds) => Sure, { own, others }: Told): ProtectedChange["whose"] {
  const [mine, theirs] = [of(own), others.map(of)];
  if (mine === "told") return "own";
  if (theirs.includes("told")) return "other";
  // Words of two name nobody.
  if (mine === "named") return theirs.includes("named") ? "unknown" : "own";
  return theirs.includes("named") ? "other" : "unknown";
}

/** While a file changed, a tool ran whose words name it. A script that changes it without a word is nobody's for sure. */
function byTool(path: string, deeds: Deeds, { changedAt, top }: Told, names: (text: string) => boolean): Sure {
  if (!isWithin(path, deeds, top)) return "no";
  const { spans } = deeds;
  const at = changedAt(path);
  const isNamed =
    at !== undefined && spans.some(({ from, until, text }) => from - LAG <= at && at <= until && names(text));
  return isNamed ? "named" : "no";
}

/** What the words of one that was at work elsewhere may mean: of this working tree nothing. */
const isWithin = (path: string, { elsewhere }: Deeds, top: string): boolean =>
  elsewhere === undefined || isInside(path, elsewhere) || (!isUnder(path, top) && !path.includes("/.git/"));

const isInside = (path: string, { repository }: { readonly repository: string | undefined }): boolean =>
  repository !== undefined && isUnder(path, repository);

/** `git config`, `git -C DIR config`; not `git add config.yaml`. */
const GIT_CONFIG = /\bgit(?:\s+-\S+(?:\s+[^-\s]\S*)?)*\s+config(?=[\s"']|$)/;

function ofKey(config: string, key: string, was: readonly string[], told: Told): ProtectedChange {
  const file = basename(dirname(config)) === ".git" ? `.git/${basename(config)}` : basename(config);
  const isNamed = (text: string): boolean => text.includes(file) || GIT_CONFIG.test(text);
  const isGlobal = (text: string): boolean =>
    text.includes(file) || (GIT_CONFIG.test(text) && text.includes("--global"));
  const topFor = ({ elsewhere }: Deeds): string | undefined =>
    elsewhere === undefined ? told.top : isInside(config, elsewhere) ? elsewhere.top : undefined;
  const setBy = (deeds: Deeds): boolean =>
    (deeds.ran?.commands ?? []).some((command) => setsKey(command, key) && isOf(command, config, topFor(deeds)));
  const git = `git config --file ${shellWord(config)}`;
  const [first, ...rest] = was.map(shellWord);
  const name = shellWord(key);
  return {
    what: `${key} of ${config}`,
    putBack:
      first === undefined
        ? `${git} --unset-all ${name}`
        : [`${git} --replace-all ${name} ${first}`, ...rest.map((value) => `${git} --add ${name} ${value}`)].join(
            " && ",
          ),
    whose: whoseIs(
      (deeds) =>
        setBy(deeds) ? "told" : byTool(config, deeds, told, topFor(deeds) === undefined ? isGlobal : isNamed),
      told,
    ),
  };
}

/** Words of `git config` by which it writes, also where no value follows the key. */
const WRITES =
  /^(?:--unset(?:-all)?|--replace-all|--add|--(?:rename|remove)-section|unset|set|(?:rename|remove)-section)$/;
const READS = /^(?:--get.*|--list|-l|get|list)$/;

/** It sets the key, or something of the section that the key is in. */
function setsKey({ name, args, code = 0 }: GitCommand, key: string): boolean {
  if (name !== "config" || code !== 0) return false;
  const words = args.slice(args.indexOf("config") + 1);
  if (words.some((word) => READS.test(word))) return false;
  const at = words.findIndex((word) => word.toLowerCase() === key);
  const section = key.slice(0, key.lastIndexOf("."));
  const isWriting = words.some((word) => WRITES.test(word));
  if (at < 0) return isWriting && words.some((word) => word.toLowerCase() === section);
  return isWriting || at + 1 < words.length;
}

/** By the working tree that it ran in; of configurations that belong to none it says which it means. */
const isOf = ({ args, worktree }: GitCommand, config: string, top: string | undefined): boolean =>
  args.includes(config) ||
  (args.includes("--global") ? !config.includes("/.git/") : top !== undefined && worktree === top);

/** Words that mean this file: for a hook also its directory, because `update` is a word of many commands. */
function isNamedIn(path: string, text: string): boolean {
  const [name, dir] = [basename(path), basename(dirname(path))];
  return dir === "hooks" ? text.includes(dir) && text.includes(name) : text.includes(name);
}

function ofFile(path: string, was: string, is: string, told: Told): ProtectedChange {
  return {
    what: path,
    putBack: putBack(path, was, is, told),
    whose: whoseIs(
      (deeds) =>
        deeds.written.some((one) => resolve(one) === path)
          ? "told"
          : byTool(path, deeds, told, (text) => isNamedIn(path, text)),
      told,
    ),
  };
}

/** The kind of a file, by its mark: links and directories are deleted first, not written over. */
const kindOf = (mark: string): "none" | "link" | "directory" | "file" => {
  if (mark === "") return "none";
  const mode = Number.parseInt(mark.split(":")[2] ?? "", 8) & 0o170000;
  return mode === 0o120000 ? "link" : mode === 0o040000 ? "directory" : "file";
};

function putBack(path: string, was: string, is: string, { copies, links, isThere }: Told): string {
  const word = shellWord(path);
  const gone = { none: [], file: [], link: [`rm ${word}`], directory: [`rm -r ${word}`] }[kindOf(is)];
  if (was === "") return gone[0] ?? `rm ${word}`;
  const [copy, link, dir] = [copies[path], links[path], dirname(path)];
  const back = link === undefined ? copy && `cp -p ${shellWord(copy)} ${word}` : `ln -sfn ${shellWord(link)} ${word}`;
  if (back === undefined) return "";
  return [...gone, ...(isThere(dir) ? [] : [`mkdir -p ${shellWord(dir)}`]), back].join(" && ");
}

/** The change, and the command that restores the file. */
export const changeLine = ({ what, putBack: command }: ProtectedChange): string =>
  command === "" ? `${what} (nothing to put it back with was kept)` : `${what} (to put it back: ${command})`;
