/**
 * A person's repository, read. What is there, what is not there and what could not be looked at are three answers: git
 * that is missing, hangs, or refuses a directory (its owner is another, its configuration is broken) says nothing about
 * whether there is a repository.
 */
import { realpathSync, statSync, utimesSync } from "node:fs";
import { join, resolve } from "node:path";

import { errno, FleetError, refusal } from "../errors.ts";
import { shortageOf } from "../shortage.ts";
import { dotGit } from "./dot-git.ts";
import { type Environment, viewEnvironment } from "./environment.ts";
import { git, type GitAnswer, reasonOf, runGit } from "./git.ts";
import { type Asking, type Reader, readerArgs } from "./readers.ts";
import { configText, countingOf, parseSettings, type Setting } from "./settings.ts";
import { IS_SPLIT, reveal } from "./index-file.ts";
import { copyIndex, makeView, roomFor } from "./view.ts";
import { ifSeen, thereAt } from "../there.ts";

export interface Repository {
  /** The top of the working tree, as real path. */
  readonly top: string;
  /** Its git directory, as real path: of linked working trees the one that they share. */
  readonly commonDir: string;
  readonly ask: (command: Reader, asking?: Asking) => Promise<GitAnswer>;
  /** The paths among these whose content git would read through a filter that does not run here. */
  readonly unread: (paths: readonly string[]) => Promise<Unread>;
  /** The value of a key (in lower case) in the person's and the system's configuration, without the repository's own. */
  readonly configured: (key: string) => string | undefined;
  /** `core.ignorecase`: names that differ by the case of their letters are one. */
  readonly ignoresCase: boolean;
  /** Of what git was told not to look at, what is not seen here either; completes "not looked at: …". */
  readonly unlooked: string | undefined;
  /**
   * From then on `diff` shows these files, which git does not know, as new: in the index of the view. `oidLength`: of the
   * repository's object names.
   */
  readonly addNew: (paths: readonly string[], oidLength: number) => Promise<GitAnswer>;
  /** Removes what was made for looking. */
  readonly close: () => void;
}

type Unread =
  | { readonly kind: "paths"; readonly paths: ReadonlySet<string> }
  | { readonly kind: "unknown"; readonly why: string };

export type Found =
  | { readonly kind: "repository"; readonly repository: Repository }
  /** The directory is in no working tree of git. */
  | { readonly kind: "none" }
  /** It could not be looked at. `why` completes "could not look: …". */
  | { readonly kind: "unknown"; readonly why: string };

const unknown = (why: string): Extract<Found, { kind: "unknown" }> => ({ kind: "unknown", why });

type NotFound = Exclude<Found, { kind: "repository" }>;

/** Git says that there is no repository: so it is, or something there is one, and broken. */
function nothingThere(dir: string, why: string): NotFound {
  try {
    const path = dotGit(realpathSync(dir));
    return path === undefined
      ? { kind: "none" }
      : unknown(`${path} exists, but git finds no repository there (${why})`);
  } catch (error) {
    return untold(error, dir);
  }
}

const NO_REPOSITORY = /^fatal: not a git repository/m;
/** In a bare repository, or in a `.git`. */
const NO_TREE = /^fatal: this operation must be run in a work tree/m;

interface Paths {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
}

/** Whether there is a repository, by an answer of rev-parse; undefined if there is none with a tree. */
export function notFound(dir: string, asked: Exclude<GitAnswer, { kind: "ok" }>): NotFound | undefined {
  if (asked.kind === "failed" && NO_REPOSITORY.test(asked.stderr)) return nothingThere(dir, reasonOf(asked));
  if (asked.kind === "failed" && NO_TREE.test(asked.stderr)) return undefined;
  return unknown(reasonOf(asked));
}

async function pathsOf(dir: string, env: Environment): Promise<Paths | NotFound> {
  const where = { place: "person", env, dir } as const;
  const options = ["--show-toplevel", "--absolute-git-dir", "--git-common-dir"];
  const asked = await git(where, ["rev-parse", ...options]);
  if (asked.kind !== "ok") return notFound(dir, asked) ?? { kind: "none" };
  const lines = asked.stdout.split("\n");
  if (lines.length !== options.length + 1) return unknown("a path of the repository has a line break");
  const [top = "", gitDir = "", commonDir = ""] = lines;
  return { top: realpathSync(top), gitDir: realpathSync(gitDir), commonDir: realpathSync(resolve(dir, commonDir)) };
}

/** Opens the repository that a directory is in, for reading; whoever asked closes it. Nothing there is changed. */
export async function openRepository(dir: string, env: Environment): Promise<Found> {
  try {
    const paths = await pathsOf(dir, env);
    if ("kind" in paths) return paths;
    const listed = await git({ place: "person", env, dir }, ["config", "--list", "--show-scope", "-z"]);
    if (listed.kind !== "ok") return unknown(reasonOf(listed));
    return await viewed(dir, env, paths, parseSettings(listed.stdout));
  } catch (error) {
    return untold(error, dir);
  }
}

/** Decodes an error of looking: the directory is gone, or closed to us, meanwhile. Throws other errors. */
export function untold(error: unknown, dir: string): Extract<Found, { kind: "unknown" }> {
  // It is to be asked again.
  if (shortageOf(error) !== undefined) throw error;
  if (error instanceof FleetError) return unknown(`${error.where ?? dir}: ${error.message}`);
  const refused = refusal(error) ?? errno(error);
  if (refused === undefined) throw error;
  return unknown(`${dir}: ${refused}`);
}
/** As git reads a switch; a key alone is true. */
const isTrue = (setting: Setting | undefined): boolean =>
  setting !== undefined && /^(?:true|yes|on|[1-9]\d*)$/i.test(setting.value ?? "true");

const isOn = (all: readonly Setting[], key: string): boolean => isTrue(all.findLast((one) => one.key === key));

/** In a sparse working tree, at most so many excluded files are looked for. */
const MOST_SKIPPED = 20_000;

function thereIn(top: string): (path: string) => boolean | undefined {
  let left = MOST_SKIPPED;
  return (path) => (left-- > 0 ? isFile(join(top, path)) : undefined);
}

const isFile = (path: string): boolean => ifSeen(() => thereAt(path)) !== undefined;

const OF_PERSON = new Set(["system", "global"]);

async function viewed(
  dir: string,
  env: Environment,
  { top, gitDir, commonDir }: Paths,
  all: Parameters<typeof countingOf>[0],
): Promise<Found> {
  const { settings, filters } = countingOf(all);
  const room = roomFor(env);
  const own = { scope: "", key: "core.bare", value: "false" };
  const isSparse = isOn(all, "core.sparsecheckout");
  const sha256 = all.some(({ key, value }) => key === "extensions.objectformat" && value === "sha256");
  const isThere = isSparse ? thereIn(top) : () => true;
  let [unlooked, isSplit]: [string | undefined, boolean] = [undefined, false];
  const reading = (index: Buffer): void => {
    const revealed = reveal(index, { sha256, isThere });
    const why = revealed.kind === "some" ? revealed.why : undefined;
    isSplit = why === IS_SPLIT;
    unlooked = why === undefined ? undefined : `what git is set to take for unchanged (${why})`;
  };
  const view = makeView({ gitDir, commonDir, room, reveal: reading }, configText([...settings, own]));
  if (view === undefined) return unknown(`${join(gitDir, "HEAD")} can't be read`);
  const around = viewEnvironment(env, view.gitDir, top);
  try {
    if (isSplit) await joinIndex(join(view.gitDir, "index"), { top, around, reading });
  } catch (error) {
    view.remove();
    throw error;
  }
  const run = async (cwd: string, command: Reader, asking: Asking = {}): Promise<GitAnswer> =>
    await runGit(["-C", cwd, ...readerArgs(command, asking)], around, {
      ...(asking.input === undefined ? {} : { input: asking.input }),
      ...(asking.patience === undefined ? {} : { timeout: asking.patience }),
    });
  return {
    kind: "repository",
    repository: {
      top,
      commonDir,
      ask: async (command, asking) => await run(dir, command, asking),
      unread: async (paths) => await unreadOf(filters, paths, async (asking) => await run(top, "check-attr", asking)),
      configured: (name) => all.findLast(({ scope, key }) => key === name && OF_PERSON.has(scope))?.value,
      ignoresCase: isOn(all, "core.ignorecase"),
      unlooked,
      addNew: async (paths, oidLength) =>
        await runGit(["-C", top, ...INDEXING], around, { input: newEntries(paths, oidLength) }),
      close: view.remove,
    },
  };
}

interface Joining {
  readonly top: string;
  readonly around: Readonly<Record<string, string>>;
  readonly reading: (index: Buffer) => void;
}

/**
 * Makes the copy of a split index whole, so that it is known what git was told in each of its parts. It stays as old as it was: by that git
 * recognizes what changed since. Where git can't join it, it stays split.
 */
async function joinIndex(copy: string, { top, around, reading }: Joining): Promise<void> {
  const { mtime } = statSync(copy);
  const joined = await runGit(["-C", top, "update-index", "--no-split-index"], around);
  if (joined.kind !== "ok") return;
  copyIndex(copy, copy, reading);
  utimesSync(copy, mtime, mtime);
}

const INDEXING = ["update-index", "-z", "--index-info"];
/** The blob without content, by the two ways in which git names objects. It need not be there: files are read in its place. */
const EMPTY = {
  sha1: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  sha256: "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
};

const newEntries = (paths: readonly string[], oidLength: number): string =>
  paths.map((path) => `100644 ${oidLength === EMPTY.sha1.length ? EMPTY.sha1 : EMPTY.sha256}\t${path}\0`).join("");

async function unreadOf(
  filters: ReadonlySet<string>,
  paths: readonly string[],
  attributes: (asking: Asking) => Promise<GitAnswer>,
): Promise<Unread> {
  const unread = new Set<string>();
  if (filters.size === 0 || paths.length === 0) return { kind: "paths", paths: unread };
  const asked = await attributes({ options: ["-z", "--stdin", "filter"], input: `${paths.join("\0")}\0` });
  if (asked.kind !== "ok") return { kind: "unknown", why: reasonOf(asked) };
  const parts = asked.stdout.split("\0");
  for (let at = 0; at + 2 < parts.length; at += 3) if (filters.has(parts[at + 2] ?? "")) unread.add(parts[at] ?? "");
  return { kind: "paths", paths: unread };
}

/** The parts of an answer to `-z`. */
export const zeroed = (text: string): string[] => text.split("\0").filter((part) => part !== "");
