/**
 * The state of a directory, written down before the coder starts and again when nothing of it lives: by git where it is in
 * a working tree (what is not committed, with size and time of each), else by a walk. Both are bounded in time and in
 * files, and let others run meanwhile; what is beyond the bounds is unknown, and said to be. Nothing there is changed.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";

import { errno } from "@fleet/kit/errors";
import type { Environment } from "@fleet/kit/git/environment";
import { reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import { type Found, openRepository, type Repository, zeroed } from "@fleet/kit/git/repository";

import { move, movesSince } from "../ran/moves.ts";
import { lines, linesSince } from "./lines.ts";
import { Marker, type Marks, marks, marksOf } from "./marks.ts";
import type { Place } from "./place.ts";
import { trivialIn } from "./trivial.ts";
import { changedSubmodules } from "./submodules.ts";

const commit = z.object({ hash: z.string(), subject: z.string() });
export type Commit = z.infer<typeof commit>;

export const listing = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("git"),
    /** The top of the working tree; paths are relative to it. */
    top: z.string(),
    head: z.optional(z.string()),
    /** Before: where all branches, tags and the like were; absent where there are too many to be kept. */
    tips: z.optional(z.array(z.string())),
    /** What differs from HEAD, and what git does not know and does not ignore. */
    dirty: marks,
    /** After: how what was dirty before looks now. */
    now: z.optional(marks),
    /** Of that, what git reads through a filter which does not run here: whether its content differs is unknown. */
    unread: z.optional(marks),
    /** Before: the repository's git directory, which linked working trees share. */
    git: z.optional(z.string()),
    /** Before: names that differ by the case of their letters are one there. */
    ignores_case: z.optional(z.boolean()),
    /** Before: where the person's and the system's configuration have git write down its commands. */
    trace: z.optional(z.string()),
    /** After: the moves of HEAD since, the oldest first; absent where there is no reflog. */
    moves: z.optional(z.array(move)),
    /** After: commits made since, and the paths they changed; neither where git could not tell. */
    commits: z.optional(z.array(commit)),
    committed: z.optional(z.array(z.string())),
    /** After: of the paths that differ, those that do so in nothing but mode or blank lines. */
    trivial: z.optional(z.readonly(z.array(z.string()))),
    /** After: how many lines of which of them; absent where git could not tell. */
    lines: z.optional(lines),
    /** After: branches that are not checked out here, and were given commits since. */
    elsewhere: z.optional(z.array(z.string())),
    /** Git could not tell what differs (it took too long, or the repository is broken); why not. */
    blind: z.optional(z.boolean()),
    why: z.optional(z.string()),
    /** More differs than is listed. */
    cut: z.optional(z.boolean()),
    /** After: commits that the branch's upstream has not, where there is one. */
    unpushed: z.optional(z.number()),
    at: z.string(),
  }),
  z.object({
    kind: z.literal("files"),
    top: z.string(),
    files: marks,
    /** There were more than are listed. */
    cut: z.boolean(),
    /** After: of a repository that was made there since, all of which is new. */
    repository: z.optional(z.object({ commits: z.array(commit), dirty: z.array(z.string()) })),
    at: z.string(),
  }),
  /** It could not be looked at: not even whether there is a repository. */
  z.object({ kind: z.literal("blind"), top: z.string(), why: z.string(), at: z.string() }),
]);
export type Listing = z.infer<typeof listing>;

/** More than so many files are not listed one by one. */
const MOST_FILES = 20_000;
/** A walk goes on for so long, in milliseconds; git has a bound of its own. */
const PATIENCE = 20_000;
/** Not walked: what package managers put there is neither anybody's work nor cheap to list. */
const SKIPPED = new Set([".git", "node_modules"]);

interface Dirty {
  readonly paths: readonly string[];
  /** Of those, what git does not know. */
  readonly fresh: readonly string[];
  readonly unread: readonly string[];
  /** Why not all of it could be told. */
  readonly why?: string;
  readonly cut?: true;
}

async function dirtyPaths(repository: Repository, env: Environment, skip: string): Promise<Dirty> {
  const { top } = repository;
  const options = ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"];
  const status = await repository.ask("status", { options });
  if (status.kind !== "ok") return { paths: [], fresh: [], unread: [], why: reasonOf(status) };
  const inside = await changedSubmodules(top, env);
  const entries = zeroed(status.stdout);
  const all = new Set([...entries.map((entry) => entry.slice(3)), ...inside.paths]);
  const fresh = new Set(entries.filter((entry) => entry.startsWith("?? ")).map((entry) => entry.slice(3)));
  const skipped = skippedIn(top, skip);
  const named = [...all].filter((path) => !isUnder(`${top}/${path}`, skipped));
  const listed = named.slice(0, MOST_FILES);
  const unread = await repository.unread(listed);
  const why = unread.kind === "unknown" ? unread.why : inside.why;
  const isUnread = (path: string): boolean => unread.kind === "paths" && unread.paths.has(path);
  return {
    paths: listed.filter((path) => !isUnread(path)),
    fresh: listed.filter((path) => fresh.has(path) && !isUnread(path)),
    unread: listed.filter(isUnread),
    ...(why === undefined ? {} : { why }),
    ...(named.length > listed.length ? { cut: true } : {}),
  };
}

/** What the whole working tree shows, as far as it is to be told. */
async function shown(
  marker: Marker,
  top: string,
  { paths, unread, cut }: Dirty,
  whys: readonly (string | undefined)[],
) {
  const why = whys.find((one) => one !== undefined);
  return {
    dirty: await marker.markAll(top, paths),
    ...(unread.length > 0 ? { unread: await marker.markAll(top, unread) } : {}),
    ...(why === undefined ? {} : { blind: true, why }),
    ...(cut === true ? { cut } : {}),
  };
}

const isUnder = (path: string, dir: string): boolean => path === dir || path.startsWith(`${dir}/`);

/** What is passed over below `top`: a workspace lies in the home itself, and is no part of it. */
const skippedIn = (top: string, home: string): string => (isUnder(top, home) ? `${top}/.git` : home);

interface Head {
  readonly head?: string;
  readonly why?: string;
}

async function headOf({ ask }: Repository): Promise<Head> {
  const asked = await ask("rev-parse", { options: ["--quiet"], revisions: ["HEAD^{commit}"] });
  if (asked.kind === "ok") return { head: asked.stdout.trim() };
  // 1, without a word: the branch has no commit yet.
  return asked.kind === "failed" && asked.code === 1 ? {} : { why: reasonOf(asked) };
}

/** Where an attempt in this directory works, as far as others are concerned. */
export function placeOf(found: Found, cwd: string): Place {
  return found.kind === "repository" ? { path: found.repository.top, git: true } : { path: cwd, git: false };
}

/** More are not kept: with them goes the knowledge of which commits were there before, but for their dates. */
const MOST_TIPS = 500;

/** The commits at which refs stand, of all or of those of remotes; undefined where there are too many. */
async function tipsOf({ ask }: Repository, which: "--all" | "--remotes"): Promise<string[] | undefined> {
  const asked = await ask("rev-list", { options: ["--no-walk", which, `-n${MOST_TIPS + 1}`] });
  const tips = asked.kind === "ok" ? asked.stdout.split("\n").filter((line) => line !== "") : undefined;
  return tips === undefined || tips.length > MOST_TIPS ? undefined : tips;
}

/** `skip`: the fleet's own home, which may lie inside. Closes what was found. */
export async function listBefore(
  found: Found,
  cwd: string,
  { env, skip, wall }: { readonly env: Environment; readonly skip: string; readonly wall: number },
): Promise<Listing> {
  const at = new Date(wall).toISOString();
  if (found.kind === "unknown") return { kind: "blind", top: cwd, why: found.why, at };
  if (found.kind === "none") return { kind: "files", top: cwd, ...(await walk(cwd, skip)), at };
  const { repository } = found;
  try {
    const { top } = repository;
    const seen = await dirtyPaths(repository, env, skip);
    const { head, why } = await headOf(repository);
    const tips = head === undefined ? [] : await tipsOf(repository, "--all");
    const trace = repository.configured("trace2.eventtarget");
    const marker = new Marker();
    return {
      kind: "git",
      top,
      ...(head === undefined ? {} : { head }),
      git: repository.commonDir,
      ...(trace === undefined ? {} : { trace }),
      ...(repository.ignoresCase ? { ignores_case: true } : {}),
      ...(tips === undefined ? {} : { tips }),
      ...(await shown(marker, top, seen, [seen.why, why])),
      at,
    };
  } finally {
    repository.close();
  }
}

/** The same again, in the terms of what was listed before. */
export async function listAfter(
  before: Listing,
  { env, skip, wall }: { readonly env: Environment; readonly skip: string; readonly wall: number },
): Promise<Listing> {
  const at = new Date(wall).toISOString();
  const { top } = before;
  if (before.kind === "blind") return { kind: "blind", top, why: before.why, at };
  if (before.kind === "files") {
    const made = await madeSince(top, { env, skip });
    return { kind: "files", top, ...(await walk(top, skip)), ...(made === undefined ? {} : { repository: made }), at };
  }
  const marker = new Marker();
  const now = await marker.markAll(top, [...Object.keys(before.dirty), ...Object.keys(before.unread ?? {})]);
  const found = await openRepository(top, env);
  const gone = goneBy(found, top);
  if (found.kind !== "repository") return { kind: "git", top, dirty: {}, now, blind: true, why: gone ?? "", at };
  const { repository } = found;
  try {
    if (gone !== undefined) return { kind: "git", top, dirty: {}, now, blind: true, why: gone, at };
    const seen = await dirtyPaths(repository, env, skip);
    const { head, why } = await headOf(repository);
    const { why: untold, ...made } = why === undefined ? await since(repository, before, head) : { why };
    const ahead = await repository.ask("rev-list", { options: ["--count"], revisions: ["@{upstream}..HEAD"] });
    const moves = await movesSince(repository, { at: Date.parse(before.at), head: before.head });
    const listed = await shown(marker, top, seen, [untold, seen.why]);
    const differing = [...new Set([...(made.committed ?? []), ...Object.keys(listed.dirty)])];
    const trivial = await trivialIn(
      repository,
      before.head,
      differing.filter((path) => before.dirty[path] === undefined),
    );
    const elsewhere = await elsewhereIn(repository, before);
    const unread = new Set(seen.unread);
    // Of what differed before git has no more than the sum of that and of what was done since.
    const isUntold = (path: string): boolean => before.dirty[path] !== undefined || unread.has(path);
    const counted =
      differing.length === 0 ? [] : await linesSince(repository, { head: before.head, fresh: seen.fresh, isUntold });
    return {
      kind: "git",
      top,
      ...(head === undefined ? {} : { head }),
      ...(moves === undefined ? {} : { moves }),
      ...listed,
      now,
      ...made,
      ...(trivial.length === 0 ? {} : { trivial }),
      ...(counted === undefined ? {} : { lines: counted }),
      ...(elsewhere.length === 0 ? {} : { elsewhere }),
      ...(ahead.kind === "ok" ? { unpushed: Number(ahead.stdout) } : {}),
      at,
    };
  } finally {
    repository.close();
  }
}

/** Of a repository at this top, or above it, that was not there before: what it holds counts from nothing. */
async function madeSince(top: string, { env, skip }: { readonly env: Environment; readonly skip: string }) {
  const found = await openRepository(top, env);
  if (found.kind !== "repository") return undefined;
  const { repository } = found;
  try {
    const seen = await dirtyPaths(repository, env, skip);
    const log = await repository.ask("log", { options: ["-z", `-n${MOST_COMMITS}`, "--format=%H %s"] });
    const commits = log.kind === "ok" ? zeroed(log.stdout).map((line) => commitOf(line.trim())) : [];
    return { commits: commits.reverse(), dirty: [...seen.paths] };
  } finally {
    repository.close();
  }
}

function commitOf(line: string): Commit {
  const [hash = "", ...subject] = line.split(" ");
  return { hash, subject: subject.join(" ") };
}

/** More are not named. */
const MOST_ELSEWHERE = 20;

/** Where commits are that no ref had before, and that are not in what is checked out. */
async function elsewhereIn({ ask }: Repository, { tips }: Extract<Listing, { kind: "git" }>): Promise<string[]> {
  if (tips === undefined) return [];
  const known = ["HEAD", ...tips.filter(isOid)].map((tip) => `^${tip}`);
  const options = ["--branches", "--source", `-n${MOST_ELSEWHERE}`, "--format=%S"];
  const asked = await ask("log", { options, revisions: known });
  if (asked.kind !== "ok") return [];
  return [...new Set(asked.stdout.split("\n").filter((line) => line !== ""))].map((ref) =>
    ref.replace(/^refs\/heads\//, ""),
  );
}

/** Why the repository of before can't be looked at again; undefined where it can. */
function goneBy(found: Found, top: string): string | undefined {
  if (found.kind === "unknown") return found.why;
  if (found.kind === "none") return "the git repository that was there is gone";
  return found.repository.top === top ? undefined : `its git names another working tree, ${found.repository.top}`;
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
 * What the attempt committed: what is dated since it began, and what has an older date (of a rebase that keeps them) and was
 * neither there before nor came in by a fetch.
 */
async function since(
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
    return { hash, subject: subject.join(" "), isNew: Number(time) >= begun };
  });
  const made = all.every(({ isNew }) => isNew) ? undefined : await madeHere(repository, before, range);
  const mine = all.filter(({ hash, isNew }) => isNew || made?.has(hash) === true);
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

/** Of the range, what no ref had before, and no remote has now; undefined where that is not known. */
async function madeHere(
  repository: Repository,
  { tips }: Extract<Listing, { kind: "git" }>,
  range: string,
): Promise<ReadonlySet<string> | undefined> {
  const remotes = await tipsOf(repository, "--remotes");
  if (tips === undefined || remotes === undefined) return undefined;
  const known = [...new Set([...tips, ...remotes])].filter(isOid).map((tip) => `^${tip}`);
  const asked = await repository.ask("rev-list", { options: [`-n${MOST_COMMITS}`], revisions: [range, ...known] });
  return asked.kind === "ok" ? new Set(asked.stdout.split("\n")) : undefined;
}

async function walk(top: string, skip: string): Promise<{ files: Marks; cut: boolean }> {
  const skipped = skippedIn(top, skip);
  const marker = new Marker();
  const files: [string, string][] = [];
  let count = 0;
  const begun = performance.now();
  for (const queue = [""]; queue.length > 0;) {
    const dir = queue.shift() ?? "";
    for (const entry of await entriesOf(join(top, dir))) {
      const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
      if (SKIPPED.has(entry.name) || isUnder(join(top, path), skipped)) continue;
      if (entry.isDirectory()) queue.push(path);
      else if (++count > MOST_FILES || performance.now() - begun > PATIENCE)
        return { files: marksOf(files), cut: true };
      else {
        await marker.pause();
        files.push([path, marker.mark(join(top, path))]);
      }
    }
  }
  return { files: marksOf(files), cut: false };
}

async function entriesOf(dir: string) {
  try {
    return (await readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // Taken away meanwhile, closed to us, or on a bad disk: nothing of it can be told, and that is no reason not to judge.
    if (errno(error) !== undefined) return [];
    throw error;
  }
}
