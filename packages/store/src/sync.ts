/**
 * `fleet sync`: fetch, take the other home's branch or merge with it, push. The branch here moves by the same
 * compare-and-swap as for every write, the branch there by git's own (a push that names the old value); whoever was too
 * late begins again with what is there now.
 */
import { join } from "node:path";

import { setTimeout as sleep } from "node:timers/promises";

import { advisoryLock } from "@fleet/kit/advisory-lock";
import { author, type Act } from "./decision.ts";
import { StoreError } from "./errors.ts";
import { freedBy } from "./freed-by.ts";
import { gitAgainOn, gitOn } from "./git/hint.ts";
import { keepObjects, newObject, type NewObject, writeObjects } from "./git/new-object.ts";
import { gitSync } from "./git/run.ts";
import { swap } from "./git/swap.ts";
import { encodeCommit } from "./git/tree.ts";
import { putHere } from "./hold-here.ts";
import { COMMITTER } from "./home.ts";
import { homeId } from "./home-id.ts";
import { isLive } from "./issue.ts";
import { rememberLast } from "./remember-last.ts";
import { arrivals } from "./merge/arrivals.ts";
import { type Content, contentOf, mergeContents, type MergedContent, written } from "./merge/contents.ts";
import { noteLine } from "./merge/merge.ts";
import { addressOf, checkEmpty, checkSize, fetchTip, isTrusted, push, remoteUrl } from "./merge/remote.ts";
import type { Store } from "./store.ts";
import { stamp } from "./time.ts";

export interface Synced {
  /** As it was named. */
  readonly remote: string;
  /** Commits of the other home that are here now, and commits of this one that are there now. */
  readonly pulled: number;
  readonly pushed: number;
  /** How many issues differed in the merges that were needed, and were changed on both sides; none needed: undefined. */
  readonly merged: { readonly commit: string; readonly changed: number; readonly both: number } | undefined;
  /** Issues that are held here until a person trusts them: what they would run came from a remote that nobody has trusted. */
  readonly held: readonly string[];
  /** One line for each value that lost, was renamed, kept or set aside. */
  readonly notes: readonly string[];
  readonly tip: string;
}

const MAX_TRIES = 12;
/** Lines of a merge's message; what lost is on its issue all the same. */
const MAX_NOTES = 500;

function lines(gitDir: string, args: readonly string[]): string[] {
  const { code, stdout, stderr } = gitSync(gitDir, args);
  // merge-base answers 1 where there is none.
  if (code !== 0 && code !== 1)
    throw new StoreError("unreadable", `git ${args[0] ?? ""} failed: ${stderr.trim()}`, {
      where: gitDir,
      mend: `${gitAgainOn(gitDir)} fsck`,
    });
  return stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

const count = (gitDir: string, from: string | undefined, to: string): number =>
  Number(lines(gitDir, ["rev-list", "--count", to, ...(from === undefined ? [] : [`^${from}`])])[0] ?? 0);

const basesOf = (gitDir: string, a: string, b: string): string[] => lines(gitDir, ["merge-base", "--all", a, b]);

/** The common ancestor. If there are several (two homes merged with each other at once), their merge. */
function baseOf(gitDir: string, a: string, b: string): Content | undefined {
  const [first, ...others] = basesOf(gitDir, a, b);
  if (first === undefined) return undefined;
  let content = contentOf(gitDir, first);
  for (const other of others) {
    const below = baseOf(gitDir, first, other);
    content = written(
      gitDir,
      mergeContents(gitDir, below, content, contentOf(gitDir, other), () => "ours"),
    );
  }
  return content;
}

/** Which side changed a file last, by its commits; at the same second the greater commit, so that both sides say the same. */
function newerOf(gitDir: string, ours: string, theirs: string): (path: string) => "ours" | "theirs" {
  return (path) => {
    const [a, b] = [ours, theirs].map(
      (tip) => lines(gitDir, ["log", "-1", "--format=%ct %H", tip, "--", path])[0] ?? "",
    );
    const seconds = (line: string | undefined): number => Number((line ?? "").split(" ")[0]);
    const order = seconds(a) - seconds(b) || ((a ?? "") < (b ?? "") ? -1 : 1);
    return order < 0 ? "theirs" : "ours";
  };
}

function messageOf(remote: string, merged: MergedContent, pulled: number): string {
  const subject = `sync: merge ${pulled} ${pulled === 1 ? "commit" : "commits"} of ${remote}`.slice(0, 160);
  const both =
    merged.both === 0 ? "" : ` (${merged.both} ${merged.both === 1 ? "issue" : "issues"} changed on both sides)`;
  const all = merged.notes.map(noteLine);
  const notes = all.slice(0, MAX_NOTES);
  if (all.length > notes.length) notes.push(`and ${all.length - notes.length} more`);
  return [`${subject}${both}`, "", ...(notes.length === 0 ? [] : [...notes, ""]), "Fleet-Event: sync", ""].join("\n");
}

interface Joined {
  readonly tip: string;
  readonly before: Content;
  readonly after: Content;
  readonly objects: readonly NewObject[];
  readonly merged: MergedContent | undefined;
}

/** The commit that holds both. */
function mergeTips(gitDir: string, act: Act, name: string, ours: string, theirs: string): Joined {
  const [a, b] = [contentOf(gitDir, ours), contentOf(gitDir, theirs)];
  const bases = basesOf(gitDir, ours, theirs);
  const base = bases.includes(ours) ? a : baseOf(gitDir, ours, theirs);
  const merged = mergeContents(gitDir, base, a, b, newerOf(gitDir, ours, theirs));
  // Nothing of ours is missing there, and nothing vanished there: forward, without a commit.
  if (bases.includes(ours) && merged.content.tree === b.tree)
    return { tip: theirs, before: a, after: b, objects: [], merged: undefined };
  const commit = newObject(
    "commit",
    encodeCommit({
      tree: merged.content.tree,
      parents: [ours, theirs],
      author: author(act),
      committer: COMMITTER,
      seconds: Math.floor(act.now / 1000),
      message: messageOf(name, merged, count(gitDir, ours, theirs)).replaceAll("\0", " "),
    }),
  );
  return { tip: commit.oid, before: a, after: merged.content, objects: [...merged.objects, commit], merged };
}

/** A name in the home's configuration, a URL, or a path. */
function located(gitDir: string, remote: string): string {
  const isName = /^[\w.-]+$/.test(remote) && !remote.startsWith("-");
  if (isName && remoteUrl(gitDir, remote) !== undefined) return remote;
  if (!remote.startsWith("-") && /[/:\\]/.test(remote)) return remote;
  throw new StoreError("invalid", `this home has no remote ${JSON.stringify(remote)}`, {
    mend: `${gitOn(gitDir)} remote add ${isName ? remote : "origin"} URL; or fleet sync URL`,
  });
}

/**
 * Holds what could run and is from there: before the branch moves, so that no supervisor sees it without its hold. The answer are
 * those that are open; what is closed is held, too, should somebody reopen it.
 */
function holdArrivals(store: Store, { before, after }: Joined, now: number, from: string): string[] {
  const { gitDir } = store;
  const { parts, passages } = arrivals(gitDir, before, after, homeId(gitDir));
  const found = new Map(parts);
  for (const [id, by] of freedBy(store.snapshot(), passages))
    if (!found.has(id)) found.set(id, [`${by} changed there`]);
  for (const [id, what] of found)
    putHere(gitDir, id, { kind: "untrusted", since: stamp(now), from, what: what.slice(0, 20) });
  const closed = new Set(passages.flatMap(({ is }) => (isLive(is) ? [] : [is.id])));
  return [...found.keys()].filter((id) => !closed.has(id));
}

/** Moves the branch here to what holds both; false when somebody wrote in between. */
async function take(store: Store, ours: string, joined: Joined, hold: () => void): Promise<boolean> {
  const { gitDir } = store;
  const release = await advisoryLock(join(gitDir, "fleet"));
  try {
    writeObjects(gitDir, joined.objects);
    hold();
    if ((await swap(gitDir, ours, joined.tip)).kind === "refused") return false;
    keepObjects(gitDir, joined.objects);
  } finally {
    await release();
  }
  rememberLast(store.home, joined.tip);
  // Leaves the cache current.
  store.snapshot();
  return true;
}

/** `isPushed`: false takes what is there and gives nothing. */
export async function sync(
  store: Store,
  act: Act,
  wanted: { readonly remote: string; readonly isPushed?: boolean },
): Promise<Synced> {
  const { gitDir } = store;
  const remote = located(gitDir, wanted.remote);
  const start = store.tip();
  const notes: string[] = [];
  const held = new Set<string>();
  let pulled = 0;
  let merged: Synced["merged"];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await sleep(Math.random() * 50 * tries);
    const theirs = await fetchTip(gitDir, remote);
    if (theirs === undefined) await checkEmpty(gitDir, remote);
    else checkSize(gitDir, theirs, remote);
    const ours = store.tip();
    let tip = ours;
    if (theirs !== undefined && theirs !== ours && !basesOf(gitDir, ours, theirs).includes(theirs)) {
      const joined = mergeTips(gitDir, act, wanted.remote, ours, theirs);
      const hold = (): void => {
        if (!isTrusted(gitDir, remote))
          for (const id of holdArrivals(store, joined, act.now, addressOf(gitDir, remote))) held.add(id);
      };
      if (!(await take(store, ours, joined, hold))) continue;
      tip = joined.tip;
      pulled = count(gitDir, start, theirs);
      notes.push(...(joined.merged?.notes ?? []).map(noteLine));
      if (joined.merged !== undefined) {
        const { changed, both } = joined.merged;
        merged = { commit: tip, changed: changed + (merged?.changed ?? 0), both: both + (merged?.both ?? 0) };
      }
    }
    const done = { remote: wanted.remote, pulled, merged, notes, held: [...held], tip };
    if (wanted.isPushed === false || tip === theirs) return { ...done, pushed: 0 };
    if ((await push(gitDir, remote, tip, theirs)).kind === "pushed")
      return { ...done, pushed: count(gitDir, theirs, tip) };
  }
  throw new StoreError(
    "unwritable",
    `the other home moved ${MAX_TRIES} times while this one was being merged with it`,
    {
      where: wanted.remote,
      mend: "this home has everything up to the last merge; run fleet sync again",
    },
  );
}
