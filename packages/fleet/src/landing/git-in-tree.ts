/** git in the landing tree, where candidates are built. A failure here stops the landing and is not counted against the task. */
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";

import { LandingError } from "./trouble.ts";

/** Run with the tip checked out: git reads the attributes that decide how files are merged from there. */
export interface InTree {
  readonly ask: (args: readonly string[], input?: string) => Promise<GitAnswer>;
}

export const failed = (answer: Exclude<GitAnswer, { kind: "ok" }>, doing: string): LandingError =>
  new LandingError("failed", `could not ${doing}: ${reasonOf(answer)}`);

/** What git printed. `doing` completes "could not …". */
export function done(answer: GitAnswer, doing: string): string {
  if (answer.kind === "ok") return answer.stdout;
  throw failed(answer, doing);
}

export const oidOf = async (tree: InTree, name: string): Promise<string> =>
  done(await tree.ask(["rev-parse", "--verify", name]), "read a commit").trim();

/** A commit's date as git stores it. */
export const dateOf = async (tree: InTree, commit: string): Promise<string> =>
  done(await tree.ask(["log", "-1", "--date=raw", "--format=%cd", commit]), "read the work").trim();

/** Flushed to disk, because records written afterwards name it. */
export const writeCommit = async (tree: InTree, text: string): Promise<string> =>
  done(await tree.ask(["hash-object", "-t", "commit", "-w", "--stdin"], text), "write a commit").trim();

/** Whether git can read the commit. Where it can't, git's other answers about it mean nothing. */
export async function isReadable(tree: InTree, commit: string): Promise<boolean> {
  const answer = await tree.ask(["cat-file", "-e", `${commit}^{commit}`]);
  if (answer.kind === "unavailable") throw failed(answer, "look for a commit");
  return answer.kind === "ok";
}

/** No for a missing commit, too: `merge-base` reports that by another exit status than "not an ancestor". */
export async function isAncestor(tree: InTree, ancestor: string, of: string): Promise<boolean> {
  const answer = await tree.ask(["merge-base", "--is-ancestor", ancestor, of]);
  if (answer.kind === "unavailable") throw failed(answer, "ask what the target has");
  return answer.kind === "ok";
}
