/** Inspects a working tree before its files are changed: what is checked out, what is in the way. Read-only. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { type ChangedPath, type Indexed, parseChanged, parseIndex } from "@fleet/kit/git/changed-paths";
import { shellWord } from "@fleet/kit/shell";

import { type Checkout, gitIn, refOf, toldBy } from "./checkout.ts";
import { contentsOf } from "./contents.ts";
import { filesBelow, lookIn } from "@fleet/kit/git/files-there";
import { busyEnd, busyWith } from "./holders.ts";
import { inTheWay, type Obstacle } from "@fleet/kit/git/in-the-way";
import type { Wait } from "./move.ts";

/** The branch's commit where it is checked out there; undefined where it is not, or is gone. */
export async function tipHere(checkout: Checkout): Promise<string | undefined> {
  const format = "--format=%(HEAD)%(objectname)";
  const said = toldBy(await gitIn(checkout, ["for-each-ref", format, refOf(checkout.move)]), "read a branch", checkout);
  return /^\*([0-9a-f]+)$/m.exec(said)?.[1];
}

/** What the candidate changes. */
export async function changedBy(checkout: Checkout): Promise<ChangedPath[]> {
  const { from, to } = checkout.move;
  return parseChanged(
    toldBy(await gitIn(checkout, ["diff-tree", "-r", "-z", "--no-renames", from, to]), "compare two commits", checkout),
  );
}

export const indexOf = async (checkout: Checkout, index?: string): Promise<Map<string, Indexed>> =>
  parseIndex(
    toldBy(
      await gitIn(checkout, ["ls-files", "-z", "-s", "-v"], index === undefined ? {} : { index }),
      "read the index",
      checkout,
    ),
  );

/** undefined: its files can be brought from one commit to the other. */
export async function refusalAt(checkout: Checkout, changed: readonly ChangedPath[]): Promise<Wait | undefined> {
  const { dir, gitDir, move } = checkout;
  const busy = busyWith(gitDir, refOf(move), true);
  if (busy !== undefined) return busyEnd(busy, dir, move.source.top);
  const index = await indexOf(checkout);
  const { obstacle, unseen } = inTheWay({ changed, index, look: lookIn(dir), below: filesBelow(dir) });
  if (obstacle !== undefined) return obstacleEnd(obstacle, dir);
  const kept = changed.flatMap(({ path, before }) =>
    unseen.includes(path) && before ? [{ path, entry: before }] : [],
  );
  const contents = await contentsOf(
    checkout,
    kept.map(({ path }) => path),
  );
  const hidden = kept.find(({ path, entry }) => contents.get(path)?.has(entry.oid) !== true);
  return hidden === undefined ? undefined : obstacleEnd({ kind: "hidden", path: hidden.path }, dir);
}

const REASONS: Readonly<Record<Obstacle["kind"], string>> = {
  unmerged: "has conflicts that are not resolved",
  staged: "has staged changes that are not committed",
  deleted: "was deleted, and that is not committed",
  untracked: "is not tracked by git, and the candidate has a file there",
  hidden: "was changed, although git is set not to look at it",
  changed: "has changes that are not committed",
};

export function obstacleEnd({ kind, path, inPlace = path }: Obstacle, dir: string): Wait {
  const mend =
    kind === "untracked"
      ? `mv ${shellWord(join(dir, inPlace))} ${shellWord(`${join(dir, inPlace)}.mine`)}`
      : `git -C ${shellWord(dir)} status -- ${shellWord(path)}`;
  const why = inPlace === path ? REASONS[kind] : `is not tracked by git, and the candidate has a file ${inPlace}`;
  return { kind: "wait", why: `${path} in ${dir} ${why}`, mend };
}

/** If another process has locked the index. */
export const lockedEnd = (path: string): Wait => ({
  kind: "wait",
  why: `${path} exists: another git is at work, or was killed`,
  ...(existsSync(path) ? { mend: `ls -l ${shellWord(path)}` } : {}),
});
