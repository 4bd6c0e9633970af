/** Whether a person went on with the work of a task, in the branch that `fleet checkout` made of it. */
import { isOid } from "@fleet/kit/git/oid";

import type { AskGit } from "./measured.ts";

export interface Left {
  /** Of the task's branch. */
  readonly tip: string;
  /** The commit of all files, what was left uncommitted too. */
  readonly files: string;
}

/**
 * not: there is no such branch, or it leads elsewhere · on: it leads on from all of the work · without: it leads on from what was
 * committed alone, and has not what was left uncommitted.
 */
export type WentOn =
  | { readonly kind: "not" }
  | { readonly kind: "on"; readonly head: string }
  | { readonly kind: "without" };

export async function wentOn(ask: AskGit, { tip, files }: Left, theirs: string | undefined): Promise<WentOn> {
  if (theirs === undefined || theirs === tip || theirs === files) return { kind: "not" };
  const leadsOnFrom = async (commit: string): Promise<boolean> =>
    (await ask(["merge-base", "--is-ancestor", commit, theirs])).kind === "ok";
  if (await leadsOnFrom(files)) return { kind: "on", head: theirs };
  if (!(await leadsOnFrom(tip))) return { kind: "not" };
  return (await isAllCommitted(ask, { tip, files })) ? { kind: "on", head: theirs } : { kind: "without" };
}

/** Whether the branch has all files of the work. */
export async function isAllCommitted(ask: AskGit, { tip, files }: Left): Promise<boolean> {
  const trees = await ask(["rev-parse", `${tip}^{tree}`, `${files}^{tree}`]);
  const [committed, all] = trees.kind === "ok" ? trees.stdout.trim().split("\n") : [];
  return committed !== undefined && isOid(committed) && committed === all;
}
