/** Whether a person continued a task's work on the branch that `fleet checkout` made. */
import { isOid } from "@fleet/kit/git/oid";

import type { AskGit } from "./measured.ts";

export interface Left {
  /** Of the task's branch. */
  readonly tip: string;
  /** The commit of all files, including uncommitted ones. */
  readonly files: string;
}

/**
 * not: there is no such branch, or it does not contain the work · on: it contains all of the work · without: it contains the
 * committed work and lacks what was uncommitted.
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
