/**
 * Brings what a task made out of fleet's depot into a repository of the person's, as a branch, when a person asks: also once
 * the workspace, the records of its attempts or the repository itself are gone.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";

import { reasonOf } from "@fleet/kit/git/git";
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { QUIET_FETCH, QUIET_FETCH_OWN } from "@fleet/kit/git/quiet-fetch";
import { refsIn } from "@fleet/kit/git/refs-in";
import { readSource } from "@fleet/kit/git/source";
import { isRefName } from "@fleet/kit/git/ref-name";
import { shellWord } from "@fleet/kit/shell";
import type { Issue } from "@fleet/store/issue";

import { cwdOf } from "../../engine/core/tasks.ts";
import { type KeptAttempt, keptOf, type KeptRef, lastKept, snapshotOf } from "../../workspaces/kept.ts";
import { giveLfs } from "../../workspaces/lfs.ts";
import { branchOf } from "../../workspaces/paths.ts";
import type { AskGit } from "../../workspaces/measured.ts";
import { readWorkspace, type WorkspaceRecord } from "../../workspaces/record.ts";
import { isAllCommitted } from "../../workspaces/went-on.ts";
import { attemptRefs } from "../../workspaces/take-back.ts";
import { CommandError, EXIT } from "../errors.ts";
import type { Fleet } from "../open.ts";
import { type LeftOut, leftOut } from "./left-out.ts";

export interface CheckedOut {
  /** The top of the repository. */
  readonly repository: string;
  /** Where the work was taken from. */
  readonly depot: string;
  readonly branch: string;
  readonly commit: string;
  /** What is kept of the same attempt, and is not on it. */
  readonly left_out: LeftOut;
}

export interface CheckoutAsked {
  /** The name of the branch; unless given, the task's. */
  readonly branch: string | undefined;
  /** Its number: all files as they were at its end, instead of the branch as it is. */
  readonly attempt: number | undefined;
  /** Another repository than the task's; one that is not there is made. */
  readonly into: string | undefined;
}

/** The branch is made, or moved on to what it leads to; it is not switched to. */
export async function checkout(fleet: Fleet, issue: Issue, asked: CheckoutAsked): Promise<CheckedOut> {
  const { home, world } = fleet;
  const { id } = issue;
  await fleet.allow({ kind: "command", words: "fleet checkout" });
  const workspace = readWorkspace(home, id);
  const kept = keptOf(home, id);
  const there = existsSync(workspace?.dir ?? "") ? workspace?.dir : undefined;
  const { depot, ref } = await withFiles(fleet, id, kept, meant(id, kept, asked.attempt, there));
  const usual = workspace?.branch ?? branchOf(id);
  const branch = asked.branch ?? (asked.attempt === undefined ? usual : `${usual}-${asked.attempt}`);
  if (!isRefName(`refs/heads/${branch}`) || branch.startsWith("-"))
    throw new CommandError(`no name of a branch: ${branch}`, `fleet checkout ${id} --branch NAME`, EXIT.usage);
  const { top, commonDir } =
    asked.into === undefined
      ? await ownRepository(fleet, issue, workspace)
      : await repositoryAt(fleet, depot, asked.into);
  giveLfs(depot, id, commonDir);
  const theirs = refsIn(commonDir).find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  const made = async (): Promise<CheckedOut> => ({
    repository: top,
    depot,
    branch,
    commit: ref.oid,
    left_out: await leftOut(world.env, kept, { depot, ref }),
  });
  // Also where it is checked out, which git would not write into.
  if (theirs === ref.oid) return await made();
  // What came from a shallow repository goes into another one as shallow as it is.
  const quiet = asked.into === undefined ? QUIET_FETCH : QUIET_FETCH_OWN;
  // What an earlier one made and left unfinished is useless.
  const isOurs = kept.some(({ refs }) => [...refs].some(([name, oid]) => oid === theirs && MADE.has(basename(name))));
  const spec = `${isOurs ? "+" : ""}${ref.name}:refs/heads/${branch}`;
  const fetched = await gitObjects(["-C", top, "fetch", ...quiet, depot, spec], {
    env: world.env,
    as: "person",
  });
  if (fetched.kind === "ok") return await made();
  const said = fetched.kind === "failed" ? fetched.stderr : "";
  const other = `fleet checkout ${id} --branch ${shellWord(freeName(commonDir, branch))}${againOf(asked)}`;
  if (theirs === undefined) throw new CommandError(`${branch} was not made in ${top}: ${reasonOf(fetched)}`, other);
  const holder = /checked out at '(.+)'/.exec(said)?.[1];
  if (holder !== undefined)
    throw new CommandError(
      `${branch} is checked out in ${holder}, so it was left as it is`,
      `git -C ${shellWord(holder)} pull --ff-only ${shellWord(depot)} ${ref.name}`,
    );
  throw new CommandError(`${branch} of ${top} has commits that ${id} has not, so it was left as it is`, other);
}

/** What a branch is made of: `branch`, `later/snapshot`. */
const MADE: ReadonlySet<string> = new Set(["branch", "snapshot"]);

/** A name that no branch has. */
function freeName(commonDir: string, branch: string): string {
  const names = new Set(refsIn(commonDir, "refs/heads").map(({ name }) => name));
  // A branch may be in the way by a part of its name.
  const plain = branch.replaceAll("/", "-");
  for (let n = 2; ; n++) if (!names.has(`refs/heads/${plain}-${n}`)) return `${plain}-${n}`;
}

const againOf = ({ attempt, into }: CheckoutAsked): string =>
  `${attempt === undefined ? "" : ` --attempt ${attempt}`}${into === undefined ? "" : ` --into ${shellWord(into)}`}`;

/** With what the last attempt left uncommitted on that branch: as it is shown, and would land. */
async function withFiles(
  { world: { env } }: Fleet,
  id: string,
  kept: readonly KeptAttempt[],
  branch: KeptRef,
): Promise<KeptRef> {
  const last = kept.findLast(({ refs }) => refs.has("snapshot"));
  const files = last?.refs.get("snapshot");
  if (last === undefined || files === undefined || last.depot !== branch.depot) return branch;
  const { depot, attempt } = last;
  const ask: AskGit = async (args) => await gitObjects(args, { env, gitDir: depot });
  const tip = branch.ref.oid;
  const parent = await ask(["rev-parse", "--verify", "-q", `${files}^`]);
  if (parent.kind !== "ok" || parent.stdout.trim() !== tip || (await isAllCommitted(ask, { tip, files })))
    return branch;
  return { depot, ref: { name: `${attemptRefs(id, attempt)}/snapshot`, oid: files } };
}

/** The branch as the last attempt left it; of an attempt, and of a task without a branch of its own, the files at its end. */
function meant(id: string, kept: readonly KeptAttempt[], n: number | undefined, dir: string | undefined): KeptRef {
  if (kept.length === 0)
    throw dir === undefined
      ? new CommandError(
          `nothing is kept of ${id}: it was let go, is in its directory, or was not begun`,
          `fleet task ${id}`,
        )
      : new CommandError(`no attempt of ${id} has ended yet`, `git -C ${shellWord(dir)} log`);
  const found =
    n === undefined ? (lastKept(kept, id, "branch") ?? lastKept(kept, id, "snapshot")) : snapshotOf(kept, id, n);
  if (found !== undefined) return found;
  const there = kept.map(({ attempt }) => attempt).join(", ");
  throw new CommandError(`nothing is kept of attempt ${n ?? ""} of ${id}; there are ${there}`, `fleet task ${id}`);
}

interface Place {
  readonly top: string;
  readonly commonDir: string;
}

/** Another one, which is made where there is none. */
async function repositoryAt({ world: { env } }: Fleet, depot: string, top: string): Promise<Place> {
  if (!existsSync(top)) {
    const format = await gitObjects(["rev-parse", "--show-object-format"], { env, gitDir: depot });
    const named = format.kind === "ok" ? [`--object-format=${format.stdout.trim()}`] : [];
    const made = await gitObjects(["init", "-q", ...named, top], { env, as: "person" });
    if (made.kind !== "ok") throw new CommandError(`no repository was made at ${top}: ${reasonOf(made)}`);
  }
  const found = await readSource(top, env);
  if (found.kind === "source") return { top: found.source.top, commonDir: found.source.commonDir };
  throw new CommandError(`${top} is in no git repository`, `git -C ${shellWord(top)} init`);
}

async function ownRepository(fleet: Fleet, issue: Issue, workspace: WorkspaceRecord | undefined): Promise<Place> {
  if (workspace !== undefined) return await sourceOf(fleet, issue, workspace);
  const cwd = cwdOf(issue);
  const found = existsSync(cwd) ? await readSource(cwd, fleet.world.env) : undefined;
  if (found?.kind === "source") return { top: found.source.top, commonDir: found.source.commonDir };
  throw new CommandError(`${cwd} is gone, or in no repository any more`, `fleet checkout ${issue.id} --into .`);
}

/** Where the source is: where it was, or where the task's directory is now, if that is a repository with the task's base. */
async function sourceOf({ world: { env } }: Fleet, issue: Issue, { source, base }: WorkspaceRecord) {
  for (const dir of [source.top, cwdOf(issue)]) {
    const found = dir === "" || !existsSync(dir) ? undefined : await readSource(dir, env);
    if (found?.kind !== "source") continue;
    const { top, commonDir } = found.source;
    if (commonDir === source.common_dir || (await hasCommit(commonDir, base, env))) return { top, commonDir };
  }
  throw new CommandError(
    `${source.top}, of which ${issue.id} has a clone, is gone or was moved`,
    `fleet bd update ${issue.id} --cwd DIR, where it is now; or fleet checkout ${issue.id} --into DIR, anywhere else`,
  );
}
