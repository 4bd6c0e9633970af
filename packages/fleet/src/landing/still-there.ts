/**
 * Whether landed work is still on its target. A branch whose tip descends from the last one seen still has everything; for one that
 * was reset or rewritten each landed task is looked up. Nothing is undone or landed again: the person may have removed it on purpose.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import type { Environment } from "@fleet/kit/git/environment";
import { own } from "@fleet/kit/own";
import { shellWord } from "@fleet/kit/shell";

import { tasksDir } from "../attempts/records/paths.ts";
import { list } from "@fleet/kit/list";
import { depotDir, landingDir } from "../workspaces/paths.ts";
import { readWorkspace } from "../workspaces/record.ts";
import { inScratch } from "../workspaces/scratch.ts";
import { beforeOf } from "./before.ts";
import { type InTree, isAncestor, isReadable, oidOf } from "./git-in-tree.ts";
import { landedAs } from "./look.ts";
import { type LandingRecord, readLanding, standing } from "./record.ts";
import { threeWay } from "./three-way.ts";
import { allTips, tipAt, type Tips, writeTips } from "./tips.ts";
import { LandingError } from "./trouble.ts";

/** Landed work that its target no longer has. */
export interface TakenOff {
  readonly task: string;
  /** The commit that had it. */
  readonly commit: string;
  readonly target: string;
  /** The top of the repository. */
  readonly repository: string;
}

/** The last known answer, from fleet's own files only. */
export const seenOff = (home: string): TakenOff[] =>
  allTips(home).flatMap(({ top: repository, targets }) =>
    Object.entries(targets).flatMap(([target, { off }]) =>
      off.flatMap(({ task, commit }) =>
        ifReadable(() => readLanding(home, task))?.landed?.commit === commit
          ? [{ task, commit, target, repository }]
          : [],
      ),
    ),
  );

interface Around {
  readonly home: string;
  readonly env: Environment;
}

/**
 * The current answer. git is asked only about branches that moved. `failed` gets each repository that could not be checked; the
 * others are checked all the same.
 */
export async function takenOffNow(around: Around, failed: (why: LandingError) => void): Promise<TakenOff[]> {
  for (const tips of allTips(around.home)) {
    try {
      await lookIn(around, tips);
    } catch (error) {
      if (!(error instanceof LandingError)) throw error;
      const { code, message } = error;
      const { top } = tips;
      failed(new LandingError(code, message, { where: top, mend: `git -C ${shellWord(top)} fsck`, cause: error }));
    }
  }
  return seenOff(around.home);
}

async function lookIn(around: Around, tips: Tips): Promise<void> {
  for (const [target, { tip: was }] of Object.entries(tips.targets)) {
    const tip = tipAt(tips.common_dir, target);
    if (tip !== undefined && tip !== was) await lookAt(around, tips, { target, tip });
  }
}

interface At {
  readonly target: string;
  readonly tip: string;
}

async function lookAt({ home, env }: Around, tips: Tips, { target, tip }: At): Promise<void> {
  const { common_dir: commonDir, objects, targets } = tips;
  const last = own(targets, target);
  const depot = depotNow(home, commonDir);
  if (last === undefined || depot === undefined) return;
  const also = [objects, join(landingDir(home, commonDir), ".git", "objects")];
  const off = await inScratch({ home, env, depot, also }, async (ask) => {
    const tree = { ask };
    // Where git can't read even the tip, its other answers mean nothing.
    if (!(await isReadable(tree, tip))) return undefined;
    const went = await isAncestor(tree, last.tip, tip);
    const tasks = went ? last.off.map(({ task }) => task) : list(tasksDir(home));
    const found: { task: string; commit: string }[] = [];
    for (const task of tasks) {
      const record = ifReadable(() => readLanding(home, task));
      const landed = record?.landed;
      if (record === undefined || landed?.where !== "here" || landed.target !== target) continue;
      if (ifReadable(() => readWorkspace(home, task))?.source.common_dir !== commonDir) continue;
      if (!(await isThere(tree, record, tip))) found.push({ task, commit: landed.commit });
    }
    return found;
  });
  if (off === undefined) return;
  // Keep what other targets in this file became meanwhile.
  const now = allTips(home).find((one) => one.common_dir === commonDir) ?? tips;
  writeTips(home, { ...now, targets: { ...now.targets, [target]: { tip, off } } });
}

/** The depot made for that source; or, where the source has moved since, the one that its tasks use. */
function depotNow(home: string, commonDir: string): string | undefined {
  const made = depotDir(home, commonDir);
  if (existsSync(made)) return made;
  const records = list(tasksDir(home)).flatMap((task) => ifReadable(() => readWorkspace(home, task)) ?? []);
  return records.find(({ source, depot }) => source.common_dir === commonDir && existsSync(depot))?.depot;
}

/** Found by its commit, by a commit that names the work, or because applying it again would change nothing. */
async function isThere(tree: InTree, record: LandingRecord, tip: string): Promise<boolean> {
  const { landed } = record;
  if (landed === undefined) return true;
  const { head, commit } = landed;
  const intents = standing(record).filter((one) => head === undefined || one.head === head);
  if (await isAncestor(tree, commit, tip)) return true;
  if ((await landedAs(tree, intents, tip)) !== undefined) return true;
  // git may have pruned the unreachable commits.
  if (!(await isReadable(tree, commit))) return false;
  const known = intents.find(({ candidate }) => candidate === commit);
  const base = await beforeOf(tree, commit, known);
  if (!(await isReadable(tree, base))) return false;
  const again = await threeWay(tree, { base, ours: tip, theirs: commit });
  return again.kind === "merged" && again.tree === (await oidOf(tree, `${tip}^{tree}`));
}
