/**
 * Which working trees have a branch checked out, or are in the middle of an operation on it. `git worktree list` is not enough:
 * during a rebase or a bisection it reports the working tree as detached.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { reasonOf } from "@fleet/kit/git/git";
import { gitObjects } from "@fleet/kit/git/own-objects";
import { parseWorktrees, type Worktree } from "@fleet/kit/git/worktrees";
import { list } from "@fleet/kit/list";
import { readText } from "@fleet/kit/read";
import { shellWord } from "@fleet/kit/shell";

import { gitDirOf } from "../workspaces/nested.ts";
import type { Busy, Holder, Moving, Target, Wait } from "./move.ts";
import { MoveError } from "./move-trouble.ts";

/** Of a branch by its full name. */
export async function holdersOf(moving: Moving, source: Target, ref: string): Promise<Holder[]> {
  const found: Holder[] = [];
  for (const { branch, ...tree } of await workingTrees(moving, source)) {
    const isHere = branch === ref;
    const busy = isHere && !existsSync(tree.dir) ? "away" : busyWith(tree.gitDir, ref, isHere);
    if (isHere || busy !== undefined) found.push({ ...tree, ...(busy === undefined ? {} : { busy }) });
  }
  return found;
}

interface Found extends Omit<Holder, "busy"> {
  readonly branch?: string;
}

/** All working trees of a repository, except those whose git directory is gone. */
export async function workingTrees({ env }: Moving, source: Target): Promise<Found[]> {
  const where = { env, gitDir: source.commonDir, as: "checkout" } as const;
  const listed = await gitObjects(["worktree", "list", "--porcelain", "-z"], where);
  if (listed.kind !== "ok")
    throw new MoveError("failed", `its working trees can't be listed: ${reasonOf(listed)}`, { where: source.top });
  const [main, ...linked] = parseWorktrees(listed.stdout);
  return [...(main === undefined ? [] : await mainTree(source, main, where)), ...linked.flatMap(linkedTree(source))];
}

/** git reports the parent of `.git` as the main working tree; `core.worktree` or a separate git directory make that wrong. */
async function mainTree({ commonDir }: Target, { isBare, ...main }: Worktree, where: Asked): Promise<Found[]> {
  if (isBare) return [];
  if (gitDirOf(main.dir) === commonDir) return [{ ...main, gitDir: commonDir }];
  const said = await gitObjects(["config", "--type=path", "core.worktree"], where);
  const dir = said.kind === "ok" ? resolve(commonDir, said.stdout.replace(/\n$/, "")) : main.dir;
  return [{ ...main, dir, gitDir: commonDir }];
}

type Asked = Parameters<typeof gitObjects>[1];

/** A working tree whose files are away (an unmounted disk) is found by the `gitdir` file of its git directory. */
const linkedTree =
  ({ commonDir }: Target) =>
  (tree: Worktree): Found[] => {
    const { isBare: _, ...rest } = tree;
    const gitDir = gitDirOf(tree.dir) ?? adminDirOf(commonDir, tree.dir);
    return gitDir === undefined ? [] : [{ ...rest, gitDir }];
  };

function adminDirOf(commonDir: string, dir: string): string | undefined {
  const below = join(commonDir, "worktrees");
  return list(below)
    .map((name) => join(below, name))
    .find((gitDir) => readText(join(gitDir, "gitdir"))?.replace(/\n$/, "") === join(dir, ".git"));
}

const OPEN: readonly (readonly [string, Busy])[] = [
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["rebase-merge", "rebase"],
  ["rebase-apply", "apply"],
  ["sequencer", "sequence"],
];

/** `isHere`: the branch is checked out there, so any open operation began at it. */
export function busyWith(gitDir: string, ref: string, isHere: boolean): Busy | undefined {
  const lines = (...path: string[]): string[] => (readText(join(gitDir, ...path)) ?? "").split("\n");
  if (lines("rebase-merge", "head-name")[0] === ref) return "rebase";
  // Branches that `rebase --update-refs` will move when it ends.
  if (lines("rebase-merge", "update-refs").includes(ref)) return "rebase";
  if (lines("rebase-apply", "head-name")[0] === ref) return "rebase";
  const bisected = lines("BISECT_START")[0] ?? "";
  if (bisected === ref || `refs/heads/${bisected}` === ref) return "bisect";
  return isHere ? OPEN.find(([name]) => existsSync(join(gitDir, name)))?.[1] : undefined;
}

const WORDS: Readonly<Record<Busy, (dir: string, top: string) => { readonly why: string; readonly mend?: string }>> = {
  rebase: (dir) => ({ why: `it is being rebased in ${dir}`, mend: `git -C ${shellWord(dir)} rebase --continue` }),
  apply: (dir) => ({
    why: `patches are being applied to it in ${dir}`,
    mend: `git -C ${shellWord(dir)} am --continue`,
  }),
  bisect: (dir) => ({ why: `it is being bisected in ${dir}`, mend: `git -C ${shellWord(dir)} bisect reset` }),
  merge: (dir) => ({ why: `a merge into it is open in ${dir}`, mend: `git -C ${shellWord(dir)} merge --continue` }),
  "cherry-pick": (dir) => ({
    why: `a cherry-pick onto it is open in ${dir}`,
    mend: `git -C ${shellWord(dir)} cherry-pick --continue`,
  }),
  revert: (dir) => ({ why: `a revert on it is open in ${dir}`, mend: `git -C ${shellWord(dir)} revert --continue` }),
  sequence: (dir) => ({
    why: `a cherry-pick or revert of several commits is open in ${dir}`,
    mend: `git -C ${shellWord(dir)} status`,
  }),
  away: (dir, top) => ({
    why: `it is checked out in ${dir}, which does not exist now`,
    mend: `git -C ${shellWord(top)} worktree prune`,
  }),
};

/** Why a target waits for an open operation. `top`: the repository's, which exists even where `dir` does not. */
export const busyEnd = (busy: Busy, dir: string, top: string): Wait => ({ kind: "wait", ...WORDS[busy](dir, top) });
