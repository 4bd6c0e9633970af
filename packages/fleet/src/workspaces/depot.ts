/**
 * The depot of a source: fleet's own bare repository with the source's objects. Clones borrow from it, and their work is taken back
 * into it. Only fleet prunes it, and nothing is written into the source. Its packs are hard links to the source's where the disk
 * allows that; the rest is fetched.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { discard, move, removeTree, replaceFile } from "@fleet/kit/files";
import { writeRef } from "@fleet/kit/git/loose-ref";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { linkPacks } from "@fleet/kit/git/packs";
import { packedText, type Ref } from "@fleet/kit/git/refs";
import { refsIn } from "@fleet/kit/git/refs-in";
import type { Source } from "@fleet/kit/git/source";
import { whileLocked } from "@fleet/kit/held-lock";
import { replaceLink } from "@fleet/kit/links";
import { crypto } from "@fleet/kit/node";
import { readText } from "@fleet/kit/read";

import type { Base } from "./base.ts";
import { borrow, isDirect, isPartial, keepInSource, makeDirect } from "./direct.ts";
import { type Fetched, fetchSource, inDepotAs, isFetched } from "./fetch-source.ts";
import { LONG, type Making } from "./making.ts";
import { depotDir } from "./paths.ts";
import { sweepRepository } from "./sweep.ts";
import { done, WorkspaceError } from "./trouble.ts";

const baseRef = (task: string): string => `refs/base/${task}`;
/** The commit that a task's changes are measured from, where fleet made it (measured.ts). */
export const measuredRef = (task: string): string => `refs/measured/${task}`;
/** What was last merged into the task's workspace. */
export const mergeRef = (task: string): string => `refs/merge/${task}`;
/** A commit whose parents are all commits that the task can see: they stay even if the source drops them. */
export const keepRef = (task: string): string => `refs/keep/${task}`;

/** Milliseconds: another task's first fetch of a large source may take this long. */
export const LOCK_PATIENCE = 900_000;

/** Runs `work` as the depot's only writer, after deleting what killed processes left there. */
export async function inDepot<T>(depot: string, work: () => Promise<T>, patience = LOCK_PATIENCE): Promise<T> {
  const locked = await whileLocked(`${depot}.lock`, patience, async () => {
    sweepRepository(depot);
    return await work();
  });
  if (locked.kind === "done") return locked.value;
  throw new WorkspaceError("held", `another process is at work on it (${locked.holder})`, { where: depot });
}

interface Filling {
  readonly depot: string;
  readonly task: string;
  /** Finds the task's base, once the depot has the source's refs as they are now. */
  readonly find: (source: Source) => Promise<Base>;
}

/** Updates a depot from its source, and keeps there what the task begins with. */
export async function fillDepot(making: Making, listed: Source, { depot, task, find }: Filling): Promise<Base> {
  return await inDepot(depot, async () => {
    const { source, tips } = await upToDate(making, listed, depot);
    const base = await find(source);
    if (base.kind === "refused") return base;
    if (isDirect(depot)) await keepInSource(making, source, task, async (dir) => await keepCommit(making, dir, tips));
    await keep(making, depot, { id: task, base: base.commit }, tips);
    making.at?.("depot-kept");
    return base;
  });
}

/** The same without a task: the result is kept by a ref of its own. */
export const refreshDepot = async (making: Making, source: Source, depot: string): Promise<void> =>
  await inDepot(depot, async () => void (await upToDate(making, source, depot)));

async function upToDate(making: Making, source: Source, depot: string): Promise<Fetched> {
  if (!existsSync(depot)) await makeDepot(making, source, depot);
  else if (isDirect(depot)) borrow(depot, source);
  making.at?.("depot-swept");
  const fetched = await fetchSource(making, source, depot);
  making.at?.("depot-fetched");
  return fetched;
}

/** The path of a source's depot, made with linked packs if there is none yet; copied only where the disk can't link. */
export async function openDepot(making: Making, source: Source, patience?: number): Promise<string> {
  const depot = depotDir(making.home, source.commonDir);
  const make = async (): Promise<void> => {
    if (existsSync(depot)) return;
    const linked = await makeDepot(making, source, depot);
    if (linked !== 0) return;
    await fetchSource(making, source, depot);
    discard(join(depot, "refs", "fetched"));
  };
  if (!existsSync(depot)) await inDepot(depot, make, patience);
  return depot;
}

/** Returns how many packs were linked; undefined where the depot borrows from the source. */
async function makeDepot({ env, at }: Making, source: Source, depot: string): Promise<number | undefined> {
  const fresh = `${depot}.new`;
  removeTree(fresh);
  const init = ["init", "-q", "--bare", "--template=", `--object-format=${source.format}`, fresh];
  done(await gitObjects(init, { env }), "make a depot", fresh);
  replaceFile(join(fresh, "fleet-source"), `${source.commonDir}\n`, { sync: false });
  // An object that is in every keep commit.
  done(await gitObjects(["mktree"], { env, gitDir: fresh }), "write into the depot", fresh);
  at?.("depot-begun");
  const linked = isPartial(source)
    ? undefined
    : linkPacks(join(source.objects, "pack"), join(fresh, "objects", "pack"));
  if (linked === undefined) makeDirect(fresh, source);
  else if (linked > 0) await seed(env, source, fresh);
  // git-lfs looks for its objects beside those of git, by the alternates.
  if (existsSync(join(source.commonDir, "lfs"))) replaceLink(join(source.commonDir, "lfs"), join(fresh, "lfs"));
  at?.("depot-linked");
  move(fresh, depot);
  return linked;
}

/**
 * Refs that are complete in the linked packs: without them a fetch would copy everything again. One incomplete tip (a part of it is a
 * loose object of the source) leaves all to the fetch.
 */
async function seed(env: Making["env"], source: Source, depot: string): Promise<void> {
  const where = { env, gitDir: depot };
  const wanted = source.refs.filter(isFetched).map(inDepotAs);
  const input = wanted.map(({ oid }) => `${oid}\n`).join("");
  const asked = await gitObjects(["cat-file", "--batch-check=%(objectname)"], where, { input });
  const there = new Set(done(asked, "read its objects", depot).split("\n"));
  const whole = wanted.filter(({ oid }) => there.has(oid));
  if (whole.length === 0) return;
  const tips = whole.map(({ oid }) => `${oid}\n`).join("");
  const walked = await gitObjects(["rev-list", "--objects", "--quiet", "--stdin"], where, {
    input: tips,
    timeout: LONG,
  });
  if (walked.kind === "ok") replaceFile(join(depot, "packed-refs"), packedText(whole), { sync: false });
}

/** A fixed date, so that the same tips make the same commit. */
const NOBODY = "fleet <fleet@localhost> 0 +0000";

/** Only the process that fills a depot writes there. */
async function keep(making: Making, depot: string, { id, base }: { id: string; base: string }, tips: readonly Ref[]) {
  const wanted = digestOf([base, ...tips.map(({ oid }) => oid)]);
  const kept = keptOf(depot, wanted) ?? (await keepCommit(making, depot, tips, base));
  writeRef(depot, baseRef(id), base);
  writeRef(depot, keepRef(id), kept);
  replaceFile(join(depot, LAST_KEPT), `${wanted} ${kept}\n`, { sync: false });
  discard(join(depot, "refs", "fetched"));
}

/** The last keep commit and the tips it was made of: the next task often sees the same. */
const LAST_KEPT = "fleet-kept";

const digestOf = (oids: readonly string[]): string =>
  crypto().createHash("sha256").update(oids.join("\n")).digest("hex");

/** The existing commit of these tips; it is there as long as some task keeps it. */
function keptOf(depot: string, wanted: string): string | undefined {
  const [digest, commit = ""] = (readText(join(depot, LAST_KEPT)) ?? "").trim().split(" ");
  return digest === wanted && refsIn(depot, "refs/keep").some(({ oid }) => oid === commit) ? commit : undefined;
}

/** Makes a commit whose parents are those of these objects that are commits. */
async function keepCommit({ env }: Making, gitDir: string, tips: readonly Ref[], base?: string): Promise<string> {
  const where = { env, gitDir };
  const objects = [...new Set([...(base === undefined ? [] : [base]), ...tips.map(({ oid }) => oid)])];
  const [asked, empty] = await Promise.all([
    // After a rejected update of a shallow source git reports success, and the commit is missing: so check for it.
    gitObjects(["cat-file", "--batch-check=%(objectname) %(objecttype)"], where, {
      input: objects.map((oid) => `${oid}^{}\n`).join(""),
    }),
    gitObjects(["mktree"], where),
  ]);
  const commits = done(asked, "read its objects", gitDir)
    .split("\n")
    .flatMap((line) => (line.endsWith(" commit") ? [line.slice(0, -" commit".length)] : []));
  if (base !== undefined && !commits.includes(base))
    throw new WorkspaceError("failed", `the source did not hand over ${base}`, {
      where: gitDir,
      mend: "git fsck in the source",
    });
  const tree = done(empty, "make a commit", gitDir).trim();
  const text = [
    `tree ${tree}`,
    ...new Set(commits.map((oid) => `parent ${oid}`)),
    `author ${NOBODY}`,
    `committer ${NOBODY}`,
    "",
    "What a task sees",
    "",
  ].join("\n");
  const made = await gitObjects(["hash-object", "-t", "commit", "-w", "--stdin"], where, { input: text });
  return done(made, "make a commit", gitDir).trim();
}
