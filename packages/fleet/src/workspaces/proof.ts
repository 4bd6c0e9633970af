/**
 * Verifies a workspace before every start: it is its own repository, on its branch, which contains its base, and borrows only from
 * where it should. Nothing of the agent's configuration runs.
 */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { borrowing } from "@fleet/kit/git/alternates";
import { gitEnvironment } from "@fleet/kit/git/environment";
import { reasonOf, runGit } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { readText } from "@fleet/kit/read";
import { refsIn } from "@fleet/kit/git/refs-in";
import { shellWord } from "@fleet/kit/shell";
import { thereAt } from "@fleet/kit/there";

import { borrowsFromWhatIsThere } from "./direct.ts";
import { branchLine } from "./kept.ts";
import type { Making } from "./making.ts";
import { branchOf } from "./paths.ts";
import type { WorkspaceRecord } from "./record.ts";

/**
 * gone: the directory is missing · damaged: not what was made · strayed: intact, but its branch is not checked out, or not at an
 * allowed commit. `why`: a sentence that says what to do; `mend`: the command for it, if there is one.
 */
export type Proof =
  | { readonly kind: "whole" }
  | { readonly kind: "gone" }
  | { readonly kind: "damaged"; readonly why: string; readonly mend?: string }
  | { readonly kind: "strayed"; readonly why: string; readonly mend?: string };

const WHOLE: Proof = { kind: "whole" };
const damaged = (why: string, mend?: string): Proof => ({ kind: "damaged", ...told(why, mend) });
const strayed = (why: string, mend: string): Proof => ({ kind: "strayed", ...told(why, mend) });
const told = (why: string, mend: string | undefined) =>
  mend === undefined ? { why } : { why: `${why}: ${mend}`, mend };

type For = Pick<Making, "env">;

export async function prove(making: For, record: WorkspaceRecord): Promise<Proof> {
  const place = placeOf(record);
  if (place.kind !== "whole") return place;
  const half = halfRestored(record);
  if (half !== undefined) return half;
  const tip = tipOf(record);
  const [around, at] = await Promise.all([
    aroundOf(making, record),
    tip.kind === "tip" ? basedOf(making, record, tip.oid) : tip,
  ]);
  return around.kind === "whole" ? at : around;
}

/** For one that was just made: git has not run in it yet, so its files tell everything. */
export async function proveMade(making: For, record: WorkspaceRecord): Promise<Proof> {
  const place = placeOf(record);
  if (place.kind !== "whole") return place;
  const tip = tipOf(record);
  return tip.kind === "tip" ? await basedOf(making, record, tip.oid) : tip;
}

/** Whether it is the workspace that was made, wherever its branch is: then it can be restored. */
export async function provePlace(making: For, record: WorkspaceRecord): Promise<Proof> {
  const place = placeOf(record);
  return place.kind === "whole" ? await aroundOf(making, record) : place;
}

const taskOf = ({ branch }: WorkspaceRecord): string => branch.slice(branchOf("").length);

/** A restore was interrupted: the state before it is kept, and what is there now is neither that nor the wanted one. */
function halfRestored(record: WorkspaceRecord): Proof | undefined {
  const { dir, depot, restoring } = record;
  if (restoring === undefined) return undefined;
  const { before, replaced } = restoring;
  return damaged(
    `putting ${dir} back to how it was before attempt ${before} was ended in the middle (how it was: ${replaced} of ${depot})`,
    `fleet task ${taskOf(record)} restore --before ${before}`,
  );
}

/** What the files tell. */
function placeOf(record: WorkspaceRecord): Proof {
  const { dir, alternates, depot, source } = record;
  const dot = join(dir, ".git");
  if (thereAt(dir) === undefined) return { kind: "gone" };
  for (const path of [dir, dot])
    if (thereAt(path)?.isDirectory() !== true)
      return damaged(`${path} is not the directory that was made`, putAside(dir));
  const borrowed = join(dot, "objects", "info", "alternates");
  if (ifReadable(() => readText(borrowed)) !== alternates)
    return damaged(
      `${borrowed} was changed`,
      `printf '%s\\n' ${shellWord(alternates.trim())} > ${shellWord(borrowed)}`,
    );
  if (!borrowsFromWhatIsThere(depot))
    return damaged(
      `${source.top}, from which it borrows, is gone or was moved: fleet bd update ${taskOf(record)} --cwd DIR, where it is now`,
    );
  return WHOLE;
}

/** Whether git, started in it, works in this repository. */
async function aroundOf({ env }: For, { dir }: WorkspaceRecord): Promise<Proof> {
  const around = { ...gitEnvironment("person", env), GIT_CEILING_DIRECTORIES: dirname(dir) };
  const asked = await runGit(
    ["-C", dir, "rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"],
    around,
  );
  if (asked.kind === "unavailable") return damaged(`${dir} could not be looked at: ${reasonOf(asked)}`);
  if (asked.kind === "failed")
    return damaged(`${dir} is not a repository any more (${reasonOf(asked)})`, putAside(dir));
  const [top = "", gitDir = "", common = ""] = asked.stdout.split("\n");
  const real = realpathSync(dir);
  return top === real && gitDir === join(real, ".git") && [".git", gitDir].includes(common)
    ? WHOLE
    : damaged(`git in ${dir} works in ${top}, with ${gitDir}`, putAside(dir));
}

/** The tip of its branch, which has to be checked out. */
function tipOf(record: WorkspaceRecord): Proof | { readonly kind: "tip"; readonly oid: string } {
  const { dir, branch } = record;
  const dot = join(dir, ".git");
  const head = (ifReadable(() => readText(join(dot, "HEAD"))) ?? "").trim();
  const isOn = head === `ref: refs/heads/${branch}` || isRebased(dot, branch);
  const switched = `git -C ${shellWord(dir)} switch ${branch}`;
  const tip = refsIn(dot, "refs/heads").find(({ name }) => name === `refs/heads/${branch}`)?.oid;
  if (tip === undefined) {
    const made = branchLine(record, taskOf(record));
    return strayed(`${branch} is gone in ${dir}`, isOn ? made : `${made} && ${switched}`);
  }
  return isOn ? { kind: "tip", oid: tip } : strayed(`another branch is checked out in ${dir}`, switched);
}

/** Whether the branch has its base. */
async function basedOf({ env }: For, { dir, depot, branch, base }: WorkspaceRecord, tip: string): Promise<Proof> {
  if (tip === base) return WHOLE;
  const where = borrowing(join(dir, ".git", "objects"));
  const based = await gitObjects(["merge-base", "--is-ancestor", base, tip], { env, gitDir: depot, where });
  switch (based.kind) {
    case "ok":
      return WHOLE;
    case "unavailable":
      return damaged(`it could not be asked whether ${branch} has its base: ${reasonOf(based)}`);
    case "failed":
      return strayed(
        `${branch} in ${dir} no longer has the commit that it began at`,
        `git -C ${shellWord(dir)} rebase ${base}`,
      );
  }
}

/** A rebase of the branch was left open: the next attempt continues or aborts it. */
const isRebased = (dot: string, branch: string): boolean =>
  ["rebase-merge", "rebase-apply"].some(
    (name) => ifReadable(() => readText(join(dot, name, "head-name")))?.trim() === `refs/heads/${branch}`,
  );

/** The workspace is then made again, with the branch as the last attempt left it. */
const putAside = (dir: string): string => `mv ${shellWord(dir)} ${shellWord(`${dir}.broken`)}`;
