/**
 * Takes an attempt's work into the depot, under refs of the attempt: its branch, a snapshot of the files, other branches and tags,
 * the stash, and the same of each nested repository. No git runs with the agent's configuration: refs are read as files, and objects
 * are read through a repository of ours. After a kill it is repeated.
 */
import { realpathSync } from "node:fs";
import { join } from "node:path";

import { ensureDir, removeTree } from "@fleet/kit/files";
import { makeBorrowed, setRefs } from "@fleet/kit/git/borrowed";
import { git } from "@fleet/kit/git/git";
import { headIn } from "@fleet/kit/git/head-in";
import { prefixesOf } from "@fleet/kit/git/in-the-way";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Ref } from "@fleet/kit/git/refs";
import { refsIn } from "@fleet/kit/git/refs-in";
import { countingOf, parseSettings, type Setting } from "@fleet/kit/git/settings";
import { clip } from "@fleet/kit/text";

import { agentRefs } from "./agent-refs.ts";
import { bring, type Lost } from "./bring.ts";
import { inDepot, keepRef, LOCK_PATIENCE } from "./depot.ts";
import { keepLfs } from "./lfs.ts";
import { type Making, timeLeft } from "./making.ts";
import { type Closed, commonDirOf, gitDirOf, type Nested, nestedIn } from "./nested.ts";
import { makingDir } from "./paths.ts";
import { standIn, STOOD_IN } from "./stand-in.ts";
import { ignoredOf, type Snapshot, snapshotOf } from "./snapshot.ts";
import { whyNot, WorkspaceError } from "./trouble.ts";

export interface Taking {
  readonly task: string;
  /** The name of the attempt's directory: `3`. */
  readonly attempt: string;
  readonly depot: string;
  /** The top of the working tree. */
  readonly top: string;
  /** The task's branch; absent in a directory that the task shares: then only files are taken. */
  readonly branch?: string;
  /** The ref prefix and the snapshot's message; default: the attempt's. */
  readonly into?: string;
  readonly message?: string;
  /** The task's base; if given, files without a git directory are kept, too. */
  readonly began?: string;
  /** Kept besides: the commit at which the attempt began. */
  readonly base?: string | undefined;
  /** The hash format, for a repository without commits. */
  readonly format?: "sha1" | "sha256";
  /** Files over the size limit, by path from the top: kept as last committed. */
  readonly without?: readonly string[];
}

export interface Taken {
  readonly depot: string;
  /** The commit of the files. */
  readonly snapshot: string;
  /** The tip of the task's branch. */
  readonly tip?: string;
  /** Nested repositories, in the order of their numbers in the refs. */
  readonly nested: readonly string[];
  /** What could not be kept, in words. */
  readonly left: readonly string[];
}

export const attemptRefs = (task: string, attempt: string): string => `refs/attempts/${task}/${attempt}`;

/** Characters of a report of what could not be kept: a path may have thousands. */
const MOST_WORDS = 300;

/** A working tree with its git directory, as it is taken. */
interface Place {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** Where its refs go. */
  readonly into: string;
  readonly hasFiles: boolean;
  /** The task's branch, "" in a nested repository; undefined where no refs are taken. */
  readonly branch: string | undefined;
  /** Another working tree of the same repository takes the shared refs. */
  readonly isLinked: boolean;
  /** Our repository through which it is read; its path does not exist in the workspace. */
  readonly at: string;
  /** Nested repositories, by path from its top. */
  readonly inside: readonly Nested[];
  readonly given: ReadonlySet<string>;
  readonly base?: string | undefined;
  readonly without: readonly string[];
}

interface TakenPlace {
  readonly refs: readonly Ref[];
  readonly snapshot?: string;
  readonly left: readonly string[];
  /** Why its files were not taken, although its refs were. */
  readonly failed?: string;
}

export async function takeBack(making: Making, taking: Taking): Promise<Taken> {
  const { task, attempt, depot } = taking;
  const top = realpathSync(taking.top);
  // One directory, deleted as a whole, whatever the attempt's name is.
  const room = join(makingDir(making.home), `${task}.take-${attempt.replaceAll("/", ".")}`);
  removeTree(room);
  ensureDir(room, 0o700);
  try {
    const into = taking.into ?? attemptRefs(task, attempt);
    const own = gitDirOf(top);
    const gitDir = own ?? standIn(join(room, "none"), { depot, task, began: taking.began });
    if (gitDir === undefined)
      throw new WorkspaceError("damaged", "it has no git directory any more", { where: taking.top });
    const found = await nestedIn(top, making.until);
    const isOwn = taking.branch !== undefined;
    // git would enter a repository that our search missed, with the configuration there.
    if (!isOwn && found.isCut) throw new WorkspaceError("failed", "it has too many directories", { where: top });
    // In a person's own directory nested repositories are theirs, and nothing is deleted there.
    const nested = isOwn ? found.repositories : [];
    const main: Place = {
      top,
      gitDir,
      commonDir: commonDirOf(gitDir),
      into,
      hasFiles: true,
      at: join(room, "g"),
      isLinked: false,
      inside: found.repositories,
      given: new Set(isOwn ? await givenTo(making, taking) : []),
      branch: taking.branch,
      base: taking.base,
      without: taking.without ?? [],
    };
    const left = [...(isOwn ? found.left : []), ...(own === undefined ? [STOOD_IN] : [])];
    const taken = await takePlace(making, taking, main);
    left.push(...taken.left, ...(await closedIn(making, main, found.closed)));
    const all = [{ ...main, ...taken }];
    for (const place of inner(main, nested, room)) {
      const { path } = place;
      // A broken one must not keep the others from being taken.
      const its = await takePlace(making, taking, place).catch((error: unknown) => whyNot(error));
      if (typeof its === "string") left.push(`${path} (${its})`);
      else {
        left.push(...its.left.map((what) => `${path}: ${what}`));
        if (its.failed !== undefined) left.push(`${path}: its files (${its.failed})`);
        all.push({ ...place, ...its });
      }
    }
    making.at?.("read");
    const lost = await inDepot(
      depot,
      async () => {
        const missing: Lost[] = [];
        for (const { at, refs } of all) missing.push(...(await bring(making, depot, { from: at, refs, below: into })));
        return missing;
      },
      timeLeft(making, LOCK_PATIENCE),
    );
    making.at?.("brought");
    if (taken.snapshot === undefined)
      throw new WorkspaceError("failed", taken.failed ?? "its files were not taken", { where: top });
    const files = isOwn ? undefined : lost.find(({ name }) => name === `${into}/snapshot`);
    if (files !== undefined) throw new WorkspaceError("failed", files.why, { where: depot });
    left.push(...lost.map(({ name, why }) => `${toldAs(name.slice(into.length + 1), nested)} (${why})`));
    if (isOwn) for (const { commonDir } of all) left.push(...keptLfs(depot, task, commonDir));
    const tip = taken.refs.find(({ name }) => name === `${into}/branch`);
    const isTipKept = tip !== undefined && !lost.some(({ name }) => name === tip.name);
    return {
      depot,
      snapshot: taken.snapshot,
      ...(isTipKept ? { tip: tip.oid } : {}),
      nested: nested.map(({ path }) => path),
      left: left.map((what) => clip(what, MOST_WORDS)),
    };
  } finally {
    removeTree(room);
  }
}

/** A ref of a repository inside, by that one's path. */
function toldAs(name: string, nested: readonly Nested[]): string {
  const [, n = "", rest = ""] = /^nested\/(\d+)\/(.+)$/.exec(name) ?? [];
  const of = nested[Number(n)];
  return rest === "" || of === undefined ? name : `${of.path}: ${rest}`;
}

/** Ignored files of a person's directory are not ours to keep; a workspace's will be deleted. */
async function closedIn(making: Making, main: Place, closed: readonly Closed[]): Promise<string[]> {
  const paths = closed.map(({ path }) => path);
  const ignored = main.branch === undefined ? await ignoredOf(making, main, paths) : new Set<string>();
  return closed.filter(({ path }) => !ignored.has(path)).map(({ path, why }) => `${path} (${why})`);
}

function keptLfs(depot: string, task: string, commonDir: string): string[] {
  try {
    keepLfs(depot, task, commonDir);
    return [];
  } catch (error) {
    return [`files of git-lfs (${whyNot(error)})`];
  }
}

/** The nested ones, each with the next number. */
function inner(main: Place, nested: readonly Nested[], room: string): (Place & { readonly path: string })[] {
  const seen = new Set([main.commonDir]);
  return nested.map(({ path, gitDir, commonDir, hasFiles }, n) => {
    const inside = nested
      .filter((other) => other.path.startsWith(`${path}/`))
      .map((other) => ({ ...other, path: other.path.slice(path.length + 1) }));
    const isLinked = seen.has(commonDir);
    seen.add(commonDir);
    return {
      path,
      gitDir,
      commonDir,
      hasFiles,
      inside,
      isLinked,
      top: join(main.top, path),
      into: `${main.into}/nested/${n}`,
      at: join(room, String(n)),
      branch: "",
      given: new Set<string>(),
      without: [],
    };
  });
}

/** The commits that the task was given when its workspace was made. */
async function givenTo({ env }: Making, { task, depot }: Taking): Promise<string[]> {
  const asked = await gitObjects(["cat-file", "commit", keepRef(task)], { env, gitDir: depot });
  return asked.kind === "ok" ? [...asked.stdout.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, oid = ""]) => oid) : [];
}

async function takePlace(making: Making, taking: Taking, place: Place): Promise<TakenPlace> {
  const { top, gitDir, commonDir, into, at, branch, base, hasFiles, inside } = place;
  const own = agentRefs({ ...place, branch: branch ?? "", top: realpathSync(taking.top) });
  const { head } = own;
  const settings = hasFiles ? await settingsOf(making.env, top) : [];
  const objects = [join(taking.depot, "objects"), join(commonDir, "objects")];
  const format = taking.format ?? (own.sample?.length === 64 ? "sha256" : "sha1");
  const withFiles = inside.filter((one) => one.hasFiles);
  const without = [...withFiles.map(({ path }) => path), ...place.without];
  makeBorrowed({ at, format, objects, commonDir, settings, without });
  const files = {
    at,
    gitDir,
    top,
    head,
    links: linksOf(withFiles, format),
    without: place.without,
    message: messageOf(taking),
  };
  const snapshot = hasFiles ? await snapshotOr(making, files) : undefined;
  const isTaken = typeof snapshot === "object";
  const refs = [
    ...(branch === undefined ? [] : own.refs),
    ...(isTaken ? [{ name: `${into}/snapshot`, oid: snapshot.commit }] : []),
    ...(base === undefined ? [] : [{ name: `${into}/base`, oid: base }]),
  ];
  setRefs(at, refs);
  return {
    refs,
    ...(isTaken ? { snapshot: snapshot.commit } : {}),
    ...(typeof snapshot === "string" ? { failed: snapshot } : {}),
    left: [...(isTaken ? snapshot.left : []), ...(branch === undefined ? [] : own.left)],
  };
}

const messageOf = ({ message, task, attempt }: Taking): string =>
  message ?? `${task}, attempt ${attempt}: the files at its end\n`;

/** The commits of nested repositories; one with another hash format can't be linked here. */
function linksOf(inside: readonly Nested[], format: "sha1" | "sha256"): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  // A repository nested in another is that one's link; here it would replace it.
  const isWithin = (path: string): boolean => prefixesOf(path).some((prefix) => links.has(prefix));
  for (const { path, gitDir, commonDir } of inside.toSorted((a, b) => a.path.length - b.path.length)) {
    if (isWithin(path)) continue;
    const head = headIn(gitDir, commonDir, refsIn(commonDir));
    if (head.kind === "commit" && (head.oid.length === 64) === (format === "sha256")) links.set(path, head.oid);
  }
  return links;
}

/** Why there is no snapshot; commits can be kept all the same. */
async function snapshotOr(making: Making, files: Parameters<typeof snapshotOf>[1]): Promise<Snapshot | string> {
  try {
    return await snapshotOf(making, files);
  } catch (error) {
    return whyNot(error);
  }
}

async function settingsOf(env: Making["env"], dir: string): Promise<readonly Setting[]> {
  const listed = await git({ place: "person", env, dir }, ["config", "--list", "--show-scope", "-z"]);
  // An agent broke this one: its files are found by git instead.
  return listed.kind === "ok" ? countingOf(parseSettings(listed.stdout)).settings : [];
}
