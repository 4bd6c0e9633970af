/**
 * Of a repository that an agent worked in: the agent's own refs, with the names that they get in the depot, and the commits that no
 * ref has: the stash, the HEADs of linked working trees, what an open operation set aside. Read from files; what can't be read is
 * reported.
 */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";

import { headIn } from "@fleet/kit/git/head-in";
import { isOid } from "@fleet/kit/git/oid";
import { isRefName } from "@fleet/kit/git/ref-name";
import type { Ref } from "@fleet/kit/git/refs";
import { seenRefs } from "@fleet/kit/git/refs-in";
import { readBounded } from "@fleet/kit/read";
import { ifSeen } from "@fleet/kit/there";

import { whyNot } from "./trouble.ts";

export interface Repository {
  readonly gitDir: string;
  readonly commonDir: string;
  /** Where its refs go. */
  readonly into: string;
  /** The directory that is deleted together with it: a linked working tree elsewhere would lose its repository. */
  readonly top: string;
  /** The task's branch, which gets a name of its own; "" for a repository inside. */
  readonly branch: string;
  /** Commits that the agent was given; the depot has them. */
  readonly given: ReadonlySet<string>;
  /** One of several working trees of a repository whose shared refs are taken separately. */
  readonly isLinked: boolean;
}

export interface AgentRefs {
  readonly refs: readonly Ref[];
  /** The commit that is checked out. */
  readonly head: string | undefined;
  /** Any object name of the repository: its length tells the hash format. */
  readonly sample: string | undefined;
  /** What could not be read, or gets no name; in words. */
  readonly left: readonly string[];
}

type Read = (...parts: readonly string[]) => string;

export function agentRefs(repository: Repository): AgentRefs {
  const { gitDir, commonDir, into, given, isLinked } = repository;
  const left: string[] = [];
  const read: Read = (...parts) => {
    const seen = readBounded(join(...parts), { most: MOST });
    if (seen.kind === "unreadable") left.push(`${parts.slice(1).join("/")} (${seen.why})`);
    return seen.kind === "text" ? seen.text : "";
  };
  const { refs, unread } = seenRefs(commonDir);
  const seen = headIn(gitDir, commonDir, refs);
  if (seen.kind === "unread") left.push(`HEAD (${seen.why})`);
  const head = seen.kind === "commit" ? seen.oid : undefined;
  const shared = isLinked ? [] : sharedRefs(repository, refs, { read, left });
  if (!isLinked) left.push(...unread);
  const open = openIn(gitDir, read).filter(({ oid }) => !given.has(oid));
  const own = [...shared, ...open.map(({ name, oid }) => ({ name: `${into}/open/${name}`, oid }))];
  const isReached = head === undefined || given.has(head) || own.some(({ oid }) => oid === head);
  const all = isReached ? own : [...own, { name: `${into}/head`, oid: head }];
  left.push(...all.filter(({ name }) => !isRefName(name)).map(({ name }) => `the ref ${name.slice(into.length + 1)}`));
  return { refs: all.filter(({ name }) => isRefName(name)), head, sample: head ?? refs[0]?.oid, left };
}

/** The size of a stash reflog of a hundred thousand entries. */
const MOST = 16 * 1024 * 1024;

interface Into {
  readonly read: Read;
  readonly left: string[];
}

function sharedRefs({ commonDir, into, top, branch, given }: Repository, refs: readonly Ref[], { read, left }: Into) {
  const named = refs.flatMap(({ name, oid }): Ref[] => {
    if (name === `refs/heads/${branch}`) return [{ name: `${into}/branch`, oid }];
    if (name.startsWith("refs/remotes/") || name === "refs/stash" || given.has(oid)) return [];
    // fleet's own names stand beside these: an agent's `refs/snapshot` must not be taken for the snapshot.
    const [below, isUsual] = [name.slice("refs/".length), /^refs\/(?:heads|tags|notes)\//.test(name)];
    return [{ name: `${into}/${isUsual ? below : `refs/${below}`}`, oid }];
  });
  const stash = stashIn(read(commonDir, "logs", "refs", "stash"), refs.find(({ name }) => name === "refs/stash")?.oid);
  const trees = worktreesOf(commonDir, left).flatMap((name) => {
    const gitDir = join(commonDir, "worktrees", name);
    const elsewhere = treeElsewhere(read(commonDir, "worktrees", name, "gitdir").trim(), top);
    if (elsewhere !== undefined) left.push(`the working tree ${elsewhere}, whose repository this is`);
    const at = (as: string): string => `${into}/worktrees/${name}${as}`;
    const seen = headIn(gitDir, commonDir, refs);
    if (seen.kind === "unread") left.push(`worktrees/${name}/HEAD (${seen.why})`);
    const own = seenRefs(gitDir);
    left.push(...own.unread.map((what) => `worktrees/${name}/${what}`));
    return [
      ...(seen.kind === "commit" && !refs.some(({ oid }) => oid === seen.oid)
        ? [{ name: at("/head"), oid: seen.oid }]
        : []),
      ...own.refs.map((ref) => ({ name: at(`/${ref.name}`), oid: ref.oid })),
      ...openIn(gitDir, read)
        .filter(({ oid }) => !given.has(oid))
        .map((ref) => ({ name: at(`/open/${ref.name}`), oid: ref.oid })),
    ];
  });
  return [...named, ...stash.map((oid, n) => ({ name: `${into}/stash/${n}`, oid })), ...trees];
}

/** Newest first, as in `git stash list`; older entries are only in the reflog. */
function stashIn(log: string, top: string | undefined): string[] {
  const listed = log.split("\n").flatMap((line) => {
    const oid = line.split(" ")[1] ?? "";
    return isOid(oid) && !/^0+$/.test(oid) ? [oid] : [];
  });
  return [...new Set([...(top === undefined ? [] : [top]), ...listed.reverse()])];
}

/** Commits of an open operation that no ref has. An autostash is not in the stash list. */
const OPEN = ["rebase-merge/autostash", "rebase-apply/autostash", "MERGE_AUTOSTASH", "MERGE_HEAD", "CHERRY_PICK_HEAD"];

const openIn = (gitDir: string, read: Read): Ref[] =>
  OPEN.flatMap((name) =>
    read(gitDir, name)
      .split("\n")
      .filter(isOid)
      .map((oid, n) => ({ name: `${name.replaceAll("/", "-").toLowerCase()}/${n}`, oid })),
  );

function worktreesOf(commonDir: string, left: string[]): string[] {
  const dir = join(commonDir, "worktrees");
  try {
    return existsSync(dir) ? readdirSync(dir) : [];
  } catch (error) {
    left.push(`worktrees (${whyNot(error)})`);
    return [];
  }
}

/** A linked working tree that exists outside of this directory. */
function treeElsewhere(dotGit: string, top: string): string | undefined {
  if (dotGit === "" || !existsSync(dotGit)) return undefined;
  const dir = ifSeen(() => realpathSync(dirname(dotGit)));
  return dir === undefined || dir.startsWith(top + sep) ? undefined : dir;
}
