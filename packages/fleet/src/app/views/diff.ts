/** What the repository of an attempt's directory has changed since the attempt began: commits, what is not committed, new files. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import { openRepository, type Repository, zeroed } from "@fleet/kit/git/repository";
import { shellWord } from "@fleet/kit/shell";
import { thereAt } from "@fleet/kit/there";

import { readAfter, readBase, readBefore } from "../../attempts/evidence/files.ts";
import type { Listing } from "../../attempts/evidence/listing.ts";
import { isSame, Marker, NO_MARKS } from "../../attempts/evidence/marks.ts";
import { type AttemptRecord, readAttempt } from "../../attempts/records/record.ts";
import { readTaken } from "../../attempts/records/taken.ts";
import { keptOf, lastKept, snapshotOf } from "../../workspaces/kept.ts";
import { changesFrom, readWorkspace } from "../../workspaces/record.ts";
import { CommandError } from "../errors.ts";
import type { Io } from "../io.ts";
import { diffTaken, knownBefore } from "./diff-taken.ts";

export interface Diff {
  readonly cwd: string;
  readonly base_commit: string;
  readonly diff: string;
  /** Of the files that differ, those that git would read through a filter of the repository's. */
  readonly unfiltered: readonly string[];
  /** New files that are not in it. */
  readonly left_out: readonly string[];
}

/** What is longer is no text that somebody reads; more files are a directory that should have been ignored. */
const MOST_BYTES = 1024 * 1024;
const MOST_FILES = 1_000;

const notSeen = (cwd: string, why: string): CommandError =>
  new CommandError(`could not look at what changed in ${cwd}: ${why}`, `git -C ${shellWord(cwd)} status`);

/** patch: all that differs · stat: how many lines of which files · names: the files. */
export type DiffForm = "patch" | "stat" | "names";

const OPTIONS: Readonly<Record<DiffForm, readonly string[]>> = {
  patch: [],
  stat: ["--stat"],
  names: ["--name-only"],
};

interface DiffOf {
  readonly home: string;
  /** The attempt's. */
  readonly dir: string;
  readonly env: Io["env"];
  readonly form: DiffForm;
  /** now: as the directory is · end: as it was at the end of the attempt, where that was kept. A clone is asked as it was at the end. */
  readonly at: "now" | "end";
}

/** To the files at the end of this attempt: from the base of its task where that works in a clone, else from where it began. */
async function changesTaken({ home, dir, env, form }: DiffOf, record: AttemptRecord): Promise<Diff | undefined> {
  const taken = readTaken(dir);
  if (taken?.kind !== "taken") return undefined;
  const isCloned = record.source !== undefined;
  const base = isCloned ? clonedFrom(home, record.task) : record.base_commit;
  const { depot, snapshot } = taken;
  if (base === undefined ? isCloned : !isOid(base)) return undefined;
  const known = knownBefore(isCloned ? undefined : readBefore(dir), readAfter(dir));
  const asked = await diffTaken({ home, env, depot, base, snapshot, options: OPTIONS[form], known });
  if (asked.kind !== "ok") throw notSeen(depot, reasonOf(asked));
  return { cwd: record.cwd, base_commit: base ?? NOTHING, diff: asked.stdout, unfiltered: [], left_out: [] };
}

/** The same of an attempt whose records are gone: from the depots alone. Undefined where nothing is kept. */
export async function changesKept(
  { home, env, form }: Pick<DiffOf, "home" | "env" | "form">,
  task: string,
  n: number | undefined,
): Promise<Diff | undefined> {
  const kept = keptOf(home, task);
  const found = n === undefined ? lastKept(kept, task, "snapshot") : snapshotOf(kept, task, n);
  if (found === undefined) return undefined;
  const { depot, ref } = found;
  const workspace = readWorkspace(home, task);
  const own = kept.find(({ refs }) => [...refs.values()].includes(ref.oid))?.refs.get("base");
  const base = workspace?.depot === depot ? changesFrom(workspace) : own;
  const of = { home, env, depot, base, snapshot: ref.oid, options: OPTIONS[form], known: new Set<string>() };
  const asked = await diffTaken(of);
  if (asked.kind !== "ok") throw notSeen(depot, reasonOf(asked));
  return {
    cwd: workspace?.dir ?? depot,
    base_commit: base ?? NOTHING,
    diff: asked.stdout,
    unfiltered: [],
    left_out: [],
  };
}

/** From which commit the changes of a task in a clone are shown. */
function clonedFrom(home: string, task: string): string | undefined {
  const workspace = readWorkspace(home, task);
  return workspace === undefined ? undefined : changesFrom(workspace);
}

/** In the place of a commit, before the first one. */
const NOTHING = "nothing";

export async function changesSince(of: DiffOf): Promise<Diff> {
  const { home, dir, env, form, at } = of;
  const record = readAttempt(dir);
  const begun = beginningOf(of, record);
  const isKept = at === "end" || record?.source !== undefined || !existsSync(record?.cwd ?? dir);
  // Before the first commit there is nothing that git could compare with.
  const isAsked = isKept || (begun.commit === undefined && record?.source === undefined);
  const taken = record === undefined || !isAsked ? undefined : await changesTaken(of, record);
  if (taken !== undefined) return taken;
  const { before } = begun;
  const cwd = record?.cwd ?? dir;
  if (before?.kind === "blind") throw notSeen(cwd, `${before.why} (when the attempt began)`);
  const cloned = record?.source === undefined ? undefined : clonedFrom(home, record.task);
  const base = cloned ?? begun.commit;
  if (base === undefined)
    throw new CommandError(
      `${cwd} was in no git repository with a commit when the attempt began`,
      record === undefined ? undefined : `fleet task ${record.task} receipt`,
    );
  if (!isOid(base)) throw notSeen(cwd, "attempt.json names no commit where it began");
  const found = await openRepository(cwd, env);
  const left = found.kind === "none" && record !== undefined ? await changesTaken(of, record) : undefined;
  if (left !== undefined) return left;
  if (found.kind === "none") throw new CommandError(`${cwd} is in no git repository any more`);
  if (found.kind === "unknown") throw notSeen(cwd, found.why);
  try {
    return { cwd, base_commit: base, ...(await diffFrom(found.repository, { base, before, cwd, form })) };
  } finally {
    found.repository.close();
  }
}

interface Beginning {
  readonly before: Listing | undefined;
  readonly commit: string | undefined;
}

/** Now: where the work of the task began, by whichever attempt; of one attempt alone: where that began. */
function beginningOf({ home, dir, at }: DiffOf, record: AttemptRecord | undefined): Beginning {
  const own = { before: readBefore(dir), commit: record?.base_commit };
  if (at === "end" || record?.base === undefined) return own;
  const { base } = record;
  const before = ifReadable(() => readBase(home, record.task, base));
  return before?.kind === "git" && before.head !== undefined ? { before, commit: before.head } : own;
}

interface Differing {
  readonly base: string;
  readonly before: Listing | undefined;
  readonly cwd: string;
  readonly form: DiffForm;
}

async function diffFrom(
  { top, ask, unread, addNew }: Repository,
  { base, before, cwd, form }: Differing,
): Promise<Pick<Diff, "diff" | "unfiltered" | "left_out">> {
  const told = async (command: "diff" | "status", options: readonly string[]): Promise<string> => {
    const git = await ask(command, command === "diff" ? { options, revisions: [base], paths: [] } : { options });
    if (git.kind !== "ok") throw notSeen(cwd, reasonOf(git));
    return git.stdout;
  };
  const status = await told("status", ["--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]);
  const fresh = newPaths(zeroed(status), top, before);
  const shown = fresh.filter((path) => isShort(join(top, path))).slice(0, MOST_FILES);
  const added = await addNew(shown, base.length);
  if (added.kind !== "ok") throw notSeen(cwd, reasonOf(added));
  const names = zeroed(await told("diff", ["--name-only", "--no-renames", "-z"]));
  const known = await unread(names);
  if (known.kind === "unknown") throw notSeen(cwd, known.why);
  const left = new Set(shown);
  return {
    diff: await told("diff", OPTIONS[form]),
    unfiltered: [...known.paths],
    left_out: fresh.filter((path) => !left.has(path)),
  };
}

/** Files that git does not know and does not ignore, but for those that stood there before, as they are. */
function newPaths(status: readonly string[], top: string, before: Listing | undefined): string[] {
  const untracked = status.flatMap((entry) => (entry.startsWith("?? ") ? [entry.slice(3)] : []));
  const known = before?.kind === "git" ? before.dirty : NO_MARKS;
  const marker = new Marker();
  const isKnown = (path: string): boolean => {
    const then = known[path];
    return then !== undefined && isSame(then, marker.mark(join(top, path)));
  };
  // A directory is a repository of its own.
  return untracked.filter((path) => !path.endsWith("/") && !isKnown(path));
}

function isShort(path: string): boolean {
  const seen = thereAt(path);
  return seen !== undefined && seen.size <= MOST_BYTES;
}
