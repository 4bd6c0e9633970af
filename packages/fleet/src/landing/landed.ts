/** Records that a candidate was seen on the target, and removes the refs that held candidates in the source. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { discard } from "@fleet/kit/files";
import { gitObjects } from "@fleet/kit/git/own-objects";

import type { InTree } from "./git-in-tree.ts";
import type { Lander, Landing } from "./land.ts";
import { readLanding, writeLanding } from "./record.ts";
import { noteTip } from "./tips.ts";

/** Where candidates of a task are kept in the source. */
export const refsOf = (mark: string, task: string): string => `refs/fleet/${mark}/land/${task}`;

interface OnTarget {
  readonly commit: string;
  readonly tip: string;
}

export async function seenLanded(
  tree: InTree,
  { home, env, mark, now, at: reached }: Lander,
  { task, source, target, head, remote }: Landing,
  { commit, tip }: OnTarget,
): Promise<void> {
  // An earlier undo no longer counts: the work is on the target again.
  const { undo: _undo, ...record } = readLanding(home, task);
  const where = remote === undefined ? "here" : "remote";
  const at = new Date(now()).toISOString();
  writeLanding(home, task, { ...record, landed: { commit, target, at, head, where } });
  if (remote === undefined) await noteTip(tree, home, { source, target, tip });
  const own = { env, gitDir: source.commonDir, as: "person" } as const;
  // We are the only lander here, so the tips fetched from remotes are no longer needed either.
  const kept = [`${refsOf(mark, task)}/`, `refs/fleet/${mark}/remote/`];
  const listed = await gitObjects(["for-each-ref", "--format=delete %(refname)", ...kept], own);
  if (listed.kind === "ok" && listed.stdout !== "")
    await gitObjects(["update-ref", "--stdin"], own, { input: listed.stdout });
  removeEmpty(join(source.commonDir, refsOf(mark, task)));
  reached?.("seen");
}

function removeEmpty(dir: string): void {
  try {
    if (readdirSync(dir).length === 0) discard(dir);
  } catch {
    return;
  }
}
