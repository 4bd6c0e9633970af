/** Git in the landing tree, by which candidates are built. Its refusal stops a landing, and is not the task's fault. */
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";

import { LandingError } from "./trouble.ts";

/** With the tip checked out: attributes, which decide how a file is merged, are read from there. */
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

/** When a commit was made, as git stores it. */
export const dateOf = async (tree: InTree, commit: string): Promise<string> =>
  done(await tree.ask(["log", "-1", "--date=raw", "--format=%cd", commit]), "read the work").trim();

/** On the disk for sure: what is written down of it afterwards must not outlive it. */
export const writeCommit = async (tree: InTree, text: string): Promise<string> =>
  done(await tree.ask(["hash-object", "-t", "commit", "-w", "--stdin"], text), "write a commit").trim();

/** No for a commit that is not there: `merge-base` says so with another exit status than for one that is no ancestor. */
export async function isAncestor(tree: InTree, ancestor: string, of: string): Promise<boolean> {
  const answer = await tree.ask(["merge-base", "--is-ancestor", ancestor, of]);
  if (answer.kind === "unavailable") throw failed(answer, "ask what the target has");
  return answer.kind === "ok";
}
