/**
 * What an attempt made, taken into the depot under refs of the attempt: its branch, a snapshot of the files, other branches and
 * tags, the stash, and the same of each repository inside. No git runs with the agent's configuration: refs are read from their
 * files, and objects come through a repository of our own over those that are there. Killed anywhere, it is done again.
 */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";

import { ensureDir, removeTree } from "@fleet/kit/files";
import { makeBorrowed, setRefs } from "@fleet/kit/git/borrowed";
import { git, reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { isRefName } from "@fleet/kit/git/ref-name";
import type { Ref } from "@fleet/kit/git/refs";
import { refsIn } from "@fleet/kit/git/refs-in";
import { countingOf, parseSettings, type Setting } from "@fleet/kit/git/settings";
import { readText } from "@fleet/kit/read";

import { inDepot, keepRef, LOCK_PATIENCE } from "./depot.ts";
import { keepLfs } from "./lfs.ts";
import { type Making, timeLeft } from "./making.ts";
import { commonDirOf, gitDirOf, type Nested, nestedIn } from "./nested.ts";
import { makingDir } from "./paths.ts";
import { snapshotOf } from "./snapshot.ts";
import { WorkspaceError } from "./trouble.ts";

export interface Taking {
  readonly task: string;
  /** The name of the attempt's directory: `3`. */
  readonly attempt: string;
  readonly depot: string;
  /** The top of the working tree. */
  readonly top: string;
  /** The task's branch; absent in a directory that is not the task's alone: then its files are taken, and no refs. */
  readonly branch?: string;
  /** Below which refs it is put, and what the commit of the files says; unless given, those of the attempt. */
  readonly into?: string;
  readonly message?: string;
  /** A commit that is kept beside: where the attempt began. */
  readonly base?: string | undefined;
  /** How its objects are named; told by its commits where it has any. */
  readonly format?: "sha1" | "sha256";
  /** Files that are too large, by paths from the top: left as they were committed. */
  readonly without?: readonly string[];
}

export interface Taken {
  readonly depot: string;
  /** The commit of the files. */
  readonly snapshot: string;
  /** The tip of the task's branch. */
  readonly tip?: string;
  /** Repositories inside, in the order of their numbers in the refs. */
  readonly nested: readonly string[];
  /** What could not be kept, in words. */
  readonly left: readonly string[];
}

export const attemptRefs = (task: string, attempt: string): string => `refs/attempts/${task}/${attempt}`;

/** A working tree with its git directory, as one of those that are taken. */
interface Place {
  readonly top: string;
  readonly gitDir: string;
  readonly commonDir: string;
  /** Where its refs go. */
  readonly into: string;
  readonly hasFiles: boolean;
  readonly base?: string | undefined;
  readonly without?: readonly string[] | undefined;
}

export async function takeBack(making: Making, taking: Taking): Promise<Taken> {
  const { task, attempt, depot } = taking;
  const top = realpathSync(taking.top);
  const room = join(makingDir(making.home), `${task}.take-${attempt}`);
  removeTree(room);
  ensureDir(room, 0o700);
  try {
    const into = taking.into ?? attemptRefs(task, attempt);
    const dot = gitDirsOf(top);
    const found = await nestedIn(top, making.until);
    const main: Place = { top, ...dot, into, hasFiles: true, base: taking.base, without: taking.without };
    const isOwn = taking.branch !== undefined;
    // Git would look into a repository that was not found, by the configuration there.
    if (!isOwn && found.isCut) throw new WorkspaceError("failed", "it has too many directories", { where: top });
    // In a directory of the person's, what is inside is theirs: nothing is going to be deleted there.
    const nested = isOwn ? found.repositories : [];
    const left = isOwn ? [...found.left] : [];
    const given = new Set(isOwn ? await givenTo(making, taking) : []);
    const taken = await takePlace(making, taking, {
      place: main,
      at: join(room, "g"),
      inside: found.repositories,
      given,
    });
    left.push(...taken.left);
    const all = [{ at: join(room, "g"), ...taken }];
    for (const [n, one] of nested.entries()) {
      const place = { ...one, top: join(top, one.path), into: `${into}/nested/${n}` };
      const at = join(room, String(n));
      const inside = nested
        .filter(({ path }) => path.startsWith(`${one.path}/`))
        .map((other) => ({ ...other, path: other.path.slice(one.path.length + 1) }));
      const its = await takePlace(making, { ...taking, branch: "" }, { place, at, inside, given: new Set() });
      left.push(...its.left.map((what) => `${one.path}: ${what}`));
      all.push({ at, ...its });
    }
    const lost = await inDepot(
      depot,
      async () => {
        const missing: Lost[] = [];
        for (const { at, refs } of all) missing.push(...(await bring(making, depot, at, refs)));
        return missing;
      },
      timeLeft(making, LOCK_PATIENCE),
    );
    const files = isOwn ? undefined : lost.find(({ name }) => name === `${into}/snapshot`);
    if (files !== undefined) throw new WorkspaceError("failed", files.why, { where: depot });
    left.push(...lost.map(({ name, why }) => `${name.split("/").slice(4).join("/")} (${why})`));
    if (isOwn) for (const { commonDir } of [main, ...nested]) keepLfs(depot, task, commonDir);
    const tip = taken.refs.find(({ name }) => name === `${into}/branch`)?.oid;
    return {
      depot,
      snapshot: taken.snapshot ?? "",
      ...(tip === undefined ? {} : { tip }),
      nested: nested.map(({ path }) => path),
      left,
    };
  } finally {
    removeTree(room);
  }
}

function gitDirsOf(top: string): { gitDir: string; commonDir: string } {
  const gitDir = gitDirOf(top);
  if (gitDir === undefined) throw new WorkspaceError("damaged", "it has no git directory any more", { where: top });
  return { gitDir, commonDir: commonDirOf(gitDir) };
}

/** The commits that the task was given: all that it saw when its workspace was made. */
async function givenTo({ env }: Making, { task, depot }: Taking): Promise<string[]> {
  const asked = await gitObjects(["cat-file", "commit", keepRef(task)], { env, gitDir: depot });
  return asked.kind === "ok" ? [...asked.stdout.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, oid = ""]) => oid) : [];
}

interface Places {
  readonly place: Place;
  readonly at: string;
  /** Repositories inside it, by paths from its top. */
  readonly inside: readonly Nested[];
  readonly given: ReadonlySet<string>;
}

interface TakenPlace {
  readonly refs: readonly Ref[];
  readonly snapshot?: string;
  readonly left: readonly string[];
}

async function takePlace(making: Making, taking: Taking, { place, at, inside, given }: Places): Promise<TakenPlace> {
  const { env } = making;
  const { top, gitDir, commonDir, into } = place;
  const refs = refsIn(commonDir);
  const head = headIn(gitDir, refs);
  const settings = place.hasFiles ? await settingsOf(env, top) : [];
  const objects = [join(taking.depot, "objects"), join(commonDir, "objects")];
  const format = taking.format ?? ((head ?? refs[0]?.oid ?? "").length === 64 ? "sha256" : "sha1");
  const withFiles = inside.filter(({ hasFiles }) => hasFiles);
  const { without: large = [], base } = place;
  const without = [...withFiles.map(({ path }) => path), ...large];
  makeBorrowed({ at, format, objects, gitDir, commonDir, settings, without });
  const links = new Map<string, string>();
  for (const one of withFiles) {
    const oid = headIn(one.gitDir, refsIn(one.commonDir));
    if (oid !== undefined) links.set(one.path, oid);
  }
  const message = taking.message ?? `${taking.task}, attempt ${taking.attempt}: the files at its end\n`;
  const snapshot = place.hasFiles
    ? await snapshotOf(making, { at, top, head, links, message, without: large })
    : undefined;
  const [own, strange] =
    taking.branch === undefined ? [[], []] : ownRefs(refs, { ...place, given, branch: taking.branch, head });
  const taken = [
    ...own,
    ...(snapshot === undefined ? [] : [{ name: `${into}/snapshot`, oid: snapshot.commit }]),
    ...(base === undefined ? [] : [{ name: `${into}/base`, oid: base }]),
  ];
  setRefs(at, taken);
  return {
    refs: taken,
    ...(snapshot === undefined ? {} : { snapshot: snapshot.commit }),
    left: [...(snapshot?.left ?? []), ...strange.map((name) => `the ref ${name}`)],
  };
}

async function settingsOf(env: Making["env"], dir: string): Promise<readonly Setting[]> {
  const listed = await git({ place: "person", env, dir }, ["config", "--list", "--show-scope", "-z"]);
  // One that an agent broke: the files are taken by git's own ways.
  return listed.kind === "ok" ? countingOf(parseSettings(listed.stdout)).settings : [];
}

/** The commit that is checked out. */
function headIn(gitDir: string, refs: readonly Ref[]): string | undefined {
  const text = (readText(join(gitDir, "HEAD")) ?? "").trim();
  if (isOid(text)) return text;
  const name = /^ref: (.+)$/.exec(text)?.[1];
  return refs.find((ref) => ref.name === name)?.oid;
}

interface Own extends Pick<Place, "into" | "commonDir"> {
  readonly given: ReadonlySet<string>;
  readonly branch: string;
  readonly head: string | undefined;
}

/** Of the refs of a repository those that are the agent's, under the names that they get; and names that are none to git. */
function ownRefs(refs: readonly Ref[], { into, commonDir, given, branch, head }: Own): [Ref[], string[]] {
  const named = refs.flatMap(({ name, oid }): Ref[] => {
    if (name === `refs/heads/${branch}`) return [{ name: `${into}/branch`, oid }];
    if (name.startsWith("refs/remotes/") || name === "refs/stash" || given.has(oid)) return [];
    return [{ name: `${into}/${name.slice("refs/".length)}`, oid }];
  });
  const stashed = stashIn(commonDir).map((oid, n) => ({ name: `${into}/stash/${n}`, oid }));
  const trees = worktreeHeads(commonDir).map(({ name, oid }) => ({ name: `${into}/worktrees/${name}`, oid }));
  const open = openIn(commonDir).flatMap(({ name, oid }) =>
    given.has(oid) ? [] : [{ name: `${into}/open/${name}`, oid }],
  );
  const isReached = head === undefined || given.has(head) || named.some(({ oid }) => oid === head);
  const all = [
    ...named,
    ...stashed,
    ...trees,
    ...open,
    ...(isReached ? [] : [{ name: `${into}/head`, oid: head ?? "" }]),
  ];
  return [
    all.filter(({ name }) => isRefName(name)),
    all.filter(({ name }) => !isRefName(name)).map(({ name }) => name),
  ];
}

/** Newest first, as `git stash list` has them: the older ones are in the reflog alone. */
function stashIn(commonDir: string): string[] {
  const log = readText(join(commonDir, "logs", "refs", "stash")) ?? "";
  const listed = log.split("\n").flatMap((line) => {
    const oid = line.split(" ")[1] ?? "";
    return isOid(oid) && !/^0+$/.test(oid) ? [oid] : [];
  });
  const top = (readText(join(commonDir, "refs", "stash")) ?? "").trim();
  return [...new Set([...(isOid(top) ? [top] : []), ...listed.reverse()])];
}

/** Of an operation that was left open: commits that no ref has. What it put aside by itself is in no stash. */
const OPEN = ["rebase-merge/autostash", "rebase-apply/autostash", "MERGE_AUTOSTASH", "MERGE_HEAD", "CHERRY_PICK_HEAD"];

function openIn(commonDir: string): Ref[] {
  const inner = worktreeHeads(commonDir).map(({ name }) => ({ dir: join("worktrees", name), prefix: `${name}/` }));
  return [{ dir: "", prefix: "" }, ...inner].flatMap(({ dir, prefix }) =>
    OPEN.flatMap((name) => {
      const oids = (readText(join(commonDir, dir, name)) ?? "").split("\n").filter(isOid);
      return oids.map((oid, n) => ({ name: `${prefix}${name.replaceAll("/", "-").toLowerCase()}/${n}`, oid }));
    }),
  );
}

function worktreeHeads(commonDir: string): Ref[] {
  const dir = join(commonDir, "worktrees");
  return (existsSync(dir) ? readdirSync(dir) : []).flatMap((name) => {
    const oid = (readText(join(dir, name, "HEAD")) ?? "").trim();
    return isOid(oid) ? [{ name, oid }] : [];
  });
}

interface Lost {
  /** Of the ref. */
  readonly name: string;
  readonly why: string;
}

/**
 * Git hands on only what is whole: where a ref of many leads to something that is missing, each is tried by itself, and the
 * answer is what could not be kept.
 */
async function bring(making: Making, depot: string, from: string, refs: readonly Ref[]): Promise<Lost[]> {
  const { env } = making;
  const fetch = async (names: readonly string[]) => {
    const quiet = [
      "-q",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-recurse-submodules",
      "--no-auto-gc",
      "--update-shallow",
    ];
    const specs = names.map((name) => `+${name}:${name}`);
    return await gitObjects(
      ["fetch", ...quiet, "--stdin", from],
      { env, gitDir: depot },
      {
        input: specs.map((spec) => `${spec}\n`).join(""),
        timeout: timeLeft(making),
      },
    );
  };
  if (refs.length === 0) return [];
  const whole = await fetch(refs.map(({ name }) => name));
  if (whole.kind === "ok") return [];
  const lost: Lost[] = [];
  for (const { name } of refs) {
    const one = await fetch([name]);
    if (one.kind !== "ok") lost.push({ name, why: reasonOf(one) });
  }
  return lost;
}
