/**
 * One commit with the work of several tasks: the one that contains the others, or a merge made without a working tree. Deterministic.
 */
import { gitObjects } from "@fleet/kit/git/own-objects";
import { someOf } from "@fleet/kit/text";

import { LONG, type Making } from "./making.ts";
import { done } from "./trouble.ts";

/** The accepted work of a task. */
export interface NeededWork {
  readonly task: string;
  readonly commit: string;
}

export type Joined =
  | { readonly kind: "joined"; readonly commit: string }
  /** `why`: a sentence. */
  | { readonly kind: "refused"; readonly why: string };

const NAMED = 3;

export async function joinWork(
  making: Pick<Making, "env">,
  depot: string,
  work: readonly [NeededWork, ...NeededWork[]],
): Promise<Joined> {
  const run = async (args: readonly string[], where: Readonly<Record<string, string>> = {}) =>
    await gitObjects(args, { env: making.env, gitDir: depot, where }, { timeout: LONG });
  for (const { task, commit } of work)
    if ((await run(["cat-file", "-e", `${commit}^{commit}`])).kind !== "ok")
      return { kind: "refused", why: `the work of ${task}, which it needs, is not in ${depot} any more` };
  const oids = [...new Set(work.map(({ commit }) => commit))];
  // Work contained in another needs no merge; order: as the dependencies are listed.
  const listed = done(await run(["merge-base", "--independent", ...oids]), "compare the work of tasks", depot);
  const tips = new Set(listed.split("\n"));
  const [first, ...others] = work.filter(({ commit }, n) => tips.has(commit) && isFirst(work, n));
  let joined = first?.commit ?? "";
  const within = [first?.task ?? ""];
  for (const { task, commit } of others) {
    const merged = await run(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", joined, commit]);
    if (merged.kind === "failed" && merged.code === 1) {
      const [, ...files] = merged.stdout.split("\0").filter((name) => name !== "");
      return { kind: "refused", why: conflictText(within, task, files) };
    }
    const tree = done(merged, `merge the work of ${task}`, depot).split("\0")[0] ?? "";
    joined = await commitOf(run, {
      tree,
      parents: [joined, commit],
      message: `Work of ${[...within, task].join(", ")}\n`,
    });
    within.push(task);
  }
  return { kind: "joined", commit: joined };
}

const isFirst = (work: readonly NeededWork[], n: number): boolean =>
  work.findIndex(({ commit }) => commit === work[n]?.commit) === n;

const conflictText = (within: readonly string[], task: string, files: readonly string[]): string =>
  `the work of ${task} and of ${someOf(within, NAMED)}, which it needs, conflicts in ${someOf(files, NAMED)}`;

type Run = (args: readonly string[], where?: Readonly<Record<string, string>>) => ReturnType<typeof gitObjects>;

/** Dated as the younger parent. */
async function commitOf(
  run: Run,
  { tree, parents, message }: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<string> {
  const dates = done(await run(["log", "--no-walk", "--format=%ct", ...parents]), "read when work was done", tree);
  const date = `${Math.max(...dates.trim().split("\n").map(Number))} +0000`;
  const who = { NAME: "fleet", EMAIL: "fleet@localhost", DATE: date };
  const named = Object.entries(who).flatMap(([name, value]) => [
    [`GIT_AUTHOR_${name}`, value],
    [`GIT_COMMITTER_${name}`, value],
  ]);
  const args = ["commit-tree", ...parents.flatMap((one) => ["-p", one]), "-m", message, tree];
  return done(await run(args, Object.fromEntries(named)), "merge the work of tasks", tree).trim();
}
