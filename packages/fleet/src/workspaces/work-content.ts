/**
 * A fingerprint of the changes between two commits that stays the same when they are applied to another commit: the changed lines
 * without their numbers, and the resulting files. White space, modes and binary files count.
 */
import { createHash } from "node:crypto";

import { parseChanged, type ChangedPath } from "@fleet/kit/git/changed-paths";
import type { GitAnswer } from "@fleet/kit/git/git";

/** Git where both commits are. */
export type AskWork = (args: readonly string[]) => Promise<GitAnswer>;

/** A type alias, not an interface: it has to fit the record's index signature. */
export type FileContent = {
  /** What changed in it. */
  readonly change: string;
  /** The resulting file; empty where there is none. */
  readonly file: string;
};

export interface WorkContent {
  /** Of all changes. */
  readonly all: string;
  /** By path; undefined where there are too many to store. */
  readonly files: Readonly<Record<string, FileContent>> | undefined;
}

/** More than this many paths are not stored one by one. */
const MOST_FILES = 100;
/** Hex digits; enough, as nobody searches for collisions. */
const DIGITS = 20;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, DIGITS);

/**
 * One line of context: where changes of both sides touch, git reports a conflict, so a clean replay has the same neighbouring lines;
 * and a line that moved has others.
 */
const DIFF = [
  "diff",
  "-U1",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-renames",
  "--binary",
  "--full-index",
];

/** `also`: paths to include even if unchanged. Undefined where git failed. */
export async function contentBetween(
  ask: AskWork,
  base: string,
  head: string,
  also: readonly string[] = [],
): Promise<WorkContent | undefined> {
  const listed = await ask(["diff-tree", "-r", "-z", "--no-renames", base, head]);
  const shown = await ask([...DIFF, base, head]);
  if (listed.kind !== "ok" || shown.kind !== "ok") return undefined;
  const changed = parseChanged(listed.stdout);
  const patches = patchesIn(shown.stdout);
  let at = 0;
  const changes = changed.map((one): readonly [string, FileContent] => {
    const own = patches.slice(at, (at += isReplaced(one) ? 2 : 1));
    return [one.path, { change: hash(own.join("\n")), file: fileOf(one.after) }];
  });
  if (at !== patches.length) return undefined;
  const all = hash(changes.map(([path, { change }]) => `${path}\0${change}`).join("\0"));
  if (changes.length > MOST_FILES) return { all, files: undefined };
  const known = new Set(changed.map(({ path }) => path));
  const others = await unchanged(
    ask,
    head,
    also.filter((path) => !known.has(path)),
  );
  return others === undefined ? undefined : { all, files: Object.fromEntries([...changes, ...others]) };
}

/** A file that replaces a link: git shows a deletion and an addition. */
const isReplaced = ({ before, after }: ChangedPath): boolean =>
  before !== undefined && after !== undefined && before.mode.slice(0, 3) !== after.mode.slice(0, 3);

const fileOf = (entry: ChangedPath["after"]): string =>
  entry === undefined ? "" : `${entry.mode} ${entry.oid.slice(0, DIGITS)}`;

/** The resulting files; a missing one counts, too. */
async function unchanged(
  ask: AskWork,
  head: string,
  paths: readonly string[],
): Promise<(readonly [string, FileContent])[] | undefined> {
  if (paths.length === 0) return [];
  const listed = await ask(["ls-tree", "-r", "-z", "--full-tree", head, "--", ...paths]);
  if (listed.kind !== "ok") return undefined;
  const files = new Map<string, string>();
  for (const line of listed.stdout.split("\0")) {
    const at = line.indexOf("\t");
    const [mode, , oid = ""] = line.slice(0, Math.max(0, at)).split(" ");
    if (at > 0) files.set(line.slice(at + 1), `${mode} ${oid.slice(0, DIGITS)}`);
  }
  return paths.map((path) => [path, { change: "", file: files.get(path) ?? "" }]);
}

/** Each file's diff without what depends on its position: object names, line numbers, context. */
function patchesIn(diff: string): string[] {
  return diff
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map((patch) => {
      const lines = patch.split("\n");
      const body = lines.findIndex((line) => line.startsWith("@@ ") || line === "GIT binary patch");
      const head = body < 0 ? lines : lines.slice(0, body);
      const kept = head.filter((line) => !/^(index |--- |\+\+\+ )/.test(line));
      const rest = body < 0 ? [] : lines.slice(body).map((line) => (line.startsWith("@@ ") ? "@@" : line));
      return [...kept, ...rest].join("\n");
    });
}
