/** Reads a repository's history: where it is, what was committed since, and on which other branches. */
import { reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import { type Repository, zeroed } from "@fleet/kit/git/repository";

import type { Commit, Listing } from "./listing.ts";

interface Head {
  readonly head?: string;
  readonly why?: string;
}

export async function headOf({ ask }: Repository): Promise<Head> {
  const asked = await ask("rev-parse", { options: ["--quiet"], revisions: ["HEAD^{commit}"] });
  if (asked.kind === "ok") return { head: asked.stdout.trim() };
  // 1, without a word: the branch has no commit yet.
  return asked.kind === "failed" && asked.code === 1 ? {} : { why: reasonOf(asked) };
}

/** More are not kept: with them goes the knowledge of which commits were there before, but for their dates. */
const MOST_TIPS = 500;

/** The commits at which refs stand, of all or of those of remotes; undefined where there are too many. */
export async function tipsOf({ ask }: Repository, which: "--all" | "--remotes"): Promise<string[] | undefined> {
  const asked = await ask("rev-list", { options: ["--no-walk", which, `-n${MOST_TIPS + 1}`] });
  const tips = asked.kind === "ok" ? asked.stdout.split("\n").filter((line) => line !== "") : undefined;
  return tips === undefined || tips.length > MOST_TIPS ? undefined : tips;
}

function commitOf(line: string): Commit {
  const [hash = "", ...subject] = line.split(" ");
  return { hash, subject: subject.join(" ") };
}

/** The commits that there are, the oldest first; of many the last ones. */
export async function commitsIn({ ask }: Repository): Promise<Commit[]> {
  const log = await ask("log", { options: ["-z", `-n${MOST_COMMITS}`, "--format=%H %s"] });
  return log.kind === "ok"
    ? zeroed(log.stdout)
        .map((line) => commitOf(line.trim()))
        .reverse()
    : [];
}

/** More are not named. */
const MOST_ELSEWHERE = 20;

/** Where commits are that no ref had before, and that are not in what is checked out. */
export async function elsewhereIn({ ask }: Repository, { tips }: Extract<Listing, { kind: "git" }>): Promise<string[]> {
  if (tips === undefined) return [];
  const known = ["HEAD", ...tips.filter(isOid)].map((tip) => `^${tip}`);
  const options = ["--branches", "--source", `-n${MOST_ELSEWHERE}`, "--format=%S"];
  const asked = await ask("log", { options, revisions: known });
  if (asked.kind !== "ok") return [];
  return [...new Set(asked.stdout.split("\n").filter((line) => line !== ""))].map((ref) =>
    ref.replace(/^refs\/heads\//, ""),
  );
}

/** Something was put aside in a stash that was not there before, and is there still. */
export async function isStashed({ ask }: Repository, { tips }: Extract<Listing, { kind: "git" }>): Promise<boolean> {
  if (tips === undefined) return false;
  const asked = await ask("rev-parse", { options: ["--quiet"], revisions: ["refs/stash"] });
  return asked.kind === "ok" && !tips.includes(asked.stdout.trim());
}

/** The paths among those that differ from a commit which the commit has. */
export async function hadIn(
  { ask }: Repository,
  head: string | undefined,
  paths: readonly string[],
): Promise<string[]> {
  if (head === undefined || !isOid(head) || paths.length === 0) return [];
  const options = ["--no-renames", "--name-only", "--diff-filter=MDT", "-z"];
  const asked = await ask("diff", { options, revisions: [head], paths });
  return asked.kind === "ok" ? zeroed(asked.stdout) : [];
}

interface Made {
  readonly commits?: Commit[];
  readonly committed?: string[];
  /** Why git could not tell. */
  readonly why?: string;
}

/** More commits than this in one attempt are not told one by one. */
const MOST_COMMITS = 200;

/**
 * What the attempt committed: what no ref had before, and is dated since it began, or has an older date (of a rebase that keeps
 * them) and did not come in by a fetch.
 */
export async function since(
  repository: Repository,
  before: Extract<Listing, { kind: "git" }>,
  head: string | undefined,
): Promise<Made> {
  const { ask } = repository;
  if (head === undefined || head === before.head) return { commits: [], committed: [] };
  if (before.head !== undefined && !isOid(before.head)) return { why: "where it began is not known" };
  const range = before.head === undefined ? head : `${before.head}..${head}`;
  const options = ["-z", `-n${MOST_COMMITS}`, "--format=%H %ct %s"];
  const log = await ask("log", { options, revisions: [range], paths: [] });
  if (log.kind !== "ok") return { why: reasonOf(log) };
  // Commits are dated by the second.
  const begun = Math.floor(Date.parse(before.at) / 1000);
  const all = zeroed(log.stdout).map((line) => {
    const [hash = "", time = "", ...subject] = line.trim().split(" ");
    return { hash, subject: subject.join(" "), isDatedSince: Number(time) >= begun };
  });
  // By date alone, commits of the same second would count, and commits dated by a clock that is ahead.
  const unknown = await notIn(repository, range, before.tips);
  const isOld = all.some(({ isDatedSince }) => !isDatedSince);
  const local =
    isOld && unknown !== undefined ? await notIn(repository, range, await tipsOf(repository, "--remotes")) : undefined;
  const mine = all.filter(({ hash, isDatedSince }) =>
    isDatedSince ? unknown?.has(hash) !== false : unknown?.has(hash) === true && local?.has(hash) === true,
  );
  const commits = mine.map(({ hash, subject }) => ({ hash, subject })).reverse();
  if (mine.length === 0) return { commits, committed: [] };
  const names = ["--no-renames", "--name-only", "-z"];
  const differing =
    mine.length === all.length && before.head !== undefined
      ? await ask("diff", { options: names, revisions: [before.head, head], paths: [] })
      : await ask("show", { options: ["--format=", ...names], revisions: mine.map(({ hash }) => hash), paths: [] });
  if (differing.kind !== "ok") return { commits, why: reasonOf(differing) };
  return { commits, committed: [...new Set(zeroed(differing.stdout).map((path) => path.trim()))] };
}

/** Commits of the range that none of the tips has; undefined if unknown. */
async function notIn(
  { ask }: Repository,
  range: string,
  tips: readonly string[] | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (tips === undefined) return undefined;
  const known = [...new Set(tips)].filter(isOid).map((tip) => `^${tip}`);
  const asked = await ask("rev-list", { options: [`-n${MOST_COMMITS}`], revisions: [range, ...known] });
  return asked.kind === "ok" ? new Set(asked.stdout.split("\n")) : undefined;
}
