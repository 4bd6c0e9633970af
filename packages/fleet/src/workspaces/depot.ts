/**
 * The depot of a source: a bare repository of fleet's own that has what the source has, so that clones borrow from it and what
 * they made is taken back into it. Nobody else prunes it, and the source gets nothing of it. Its packs are links to the source's
 * where the disk links, the rest is fetched.
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
/** What the changes of a task are measured from, where that is no commit of anybody's. */
export const measuredRef = (task: string): string => `refs/measured/${task}`;
/** What was merged into the workspace of a task last. */
export const mergeRef = (task: string): string => `refs/merge/${task}`;
/** A commit whose parents are all commits that the task can see: whatever the source drops, they stay. */
export const keepRef = (task: string): string => `refs/keep/${task}`;

/** Milliseconds: another task's first fetch of a large source. */
export const LOCK_PATIENCE = 900_000;

/** Runs `work` as the only one who writes into this depot, after what the dead left there is gone. */
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
  /** Finds where the work begins, once the depot has what the source has: as it was then. */
  readonly find: (source: Source) => Promise<Base>;
}

/** Brings a depot up to date with its source, and keeps there what the task begins with. */
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

/** The same for no task: what is put there is kept by a ref of its own. */
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

/** The depot of a source, made with what can be linked where there is none yet; only where the disk links nothing, all is copied. The answer is its path. */
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

/** The answer is how many packs were linked; undefined where it borrows from the source. */
async function makeDepot({ env, at }: Making, source: Source, depot: string): Promise<number | undefined> {
  const fresh = `${depot}.new`;
  removeTree(fresh);
  const init = ["init", "-q", "--bare", "--template=", `--object-format=${source.format}`, fresh];
  done(await gitObjects(init, { env }), "make a depot", fresh);
  replaceFile(join(fresh, "fleet-source"), `${source.commonDir}\n`, { sync: false });
  // It is in every keep commit.
  done(await gitObjects(["mktree"], { env, gitDir: fresh }), "write into the depot", fresh);
  at?.("depot-begun");
  const linked = isPartial(source)
    ? undefined
    : linkPacks(join(source.objects, "pack"), join(fresh, "objects", "pack"));
  if (linked === undefined) makeDirect(fresh, source);
  else if (linked > 0) await seed(env, source, fresh);
  // git-lfs looks for its objects beside those of git, along the alternates.
  if (existsSync(join(source.commonDir, "lfs"))) replaceLink(join(source.commonDir, "lfs"), join(fresh, "lfs"));
  at?.("depot-linked");
  move(fresh, depot);
  return linked;
}

/**
 * Refs of what is there whole by its packs alone: a fetch tells the source nothing else, and would copy all of it again. One
 * tip of which a part is missing (it lies loose in the source) leaves all of them to the fetch.
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

/** Dated by nothing, so that the same tips make the same commit. */
const NOBODY = "fleet <fleet@localhost> 0 +0000";

/** Whoever fills a depot is the only one who writes there. */
async function keep(making: Making, depot: string, { id, base }: { id: string; base: string }, tips: readonly Ref[]) {
  const wanted = digestOf([base, ...tips.map(({ oid }) => oid)]);
  const kept = keptOf(depot, wanted) ?? (await keepCommit(making, depot, tips, base));
  writeRef(depot, baseRef(id), base);
  writeRef(depot, keepRef(id), kept);
  replaceFile(join(depot, LAST_KEPT), `${wanted} ${kept}\n`, { sync: false });
  discard(join(depot, "refs", "fetched"));
}

/** Of the commit that was kept last: of what it was made, and its name. The next task often sees the same. */
const LAST_KEPT = "fleet-kept";

const digestOf = (oids: readonly string[]): string =>
  crypto().createHash("sha256").update(oids.join("\n")).digest("hex");

/** The commit of the same tips, which is there for as long as a task keeps it. */
function keptOf(depot: string, wanted: string): string | undefined {
  const [digest, commit = ""] = (readText(join(depot, LAST_KEPT)) ?? "").trim().split(" ");
  return digest === wanted && refsIn(depot, "refs/keep").some(({ oid }) => oid === commit) ? commit : undefined;
}

/** Makes one whose parents are all of these that are commits. */
async function keepCommit({ env }: Making, gitDir: string, tips: readonly Ref[], base?: string): Promise<string> {
  const where = { env, gitDir };
  const objects = [...new Set([...(base === undefined ? [] : [base]), ...tips.map(({ oid }) => oid)])];
  const [asked, empty] = await Promise.all([
    // A rejected update of a shallow source leaves git content, and the commit missing: so they are asked for.
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
