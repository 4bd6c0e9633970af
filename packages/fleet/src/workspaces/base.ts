/** Finds a task's base commit once, in the depot, and records it. */
import { hasCommit } from "@fleet/kit/git/has-commit";
import { gitObjects } from "@fleet/kit/git/own-objects";
import type { Source } from "@fleet/kit/git/source";

import type { BaseFrom } from "./base-from.ts";
import { tipOf } from "./beginning.ts";
import { fetchFresh } from "./fresh.ts";
import type { Making } from "./making.ts";
import { joinWork, type NeededWork } from "./needed.ts";
import { noUpstream, upstreamOf } from "./upstream.ts";

/** Which kind of base the task asks for. */
export type BaseWanted =
  /** The tip of the target; without one what is checked out. */
  | { readonly kind: "head" }
  | { readonly kind: "fresh" }
  /** A commit of the source, whatever is checked out there now. */
  | { readonly kind: "commit"; readonly commit: string }
  /** A commit that the depot has (changes.ts). */
  | { readonly kind: "changes"; readonly commit: string }
  /** The work of the tasks that it depends on, as far as they worked in clones that borrow from this depot. */
  | { readonly kind: "needs"; readonly work: readonly TakenWork[] };

/** What the last attempt of a task left, as it was taken into a depot. */
export interface TakenWork {
  readonly task: string;
  readonly depot: string;
  readonly tip: string | undefined;
  readonly snapshot: string;
}

export type Base =
  | { readonly kind: "base"; readonly commit: string; readonly from: BaseFrom }
  /** `why`: a sentence that says what to change. */
  | { readonly kind: "refused"; readonly why: string };

interface For {
  readonly task: string;
  readonly depot: string;
  readonly target: string | undefined;
  readonly wanted: BaseWanted;
}

const otherwise = (task: string): string => `fleet bd update ${task} --base head`;

export async function findBase(making: Making, source: Source, { task, depot, target, wanted }: For): Promise<Base> {
  const head: Base = { kind: "base", commit: tipOf(source, target) ?? source.head.oid ?? "", from: { kind: "head" } };
  switch (wanted.kind) {
    case "head":
      return head;
    case "fresh": {
      const upstream = upstreamOf(source, target);
      if (upstream === undefined) return { kind: "refused", why: noUpstream(source, target) };
      const commit = await fetchFresh(making, source, { depot, task, upstream });
      return { kind: "base", commit, from: { kind: "fresh", ...upstream } };
    }
    case "commit": {
      const { commit } = wanted;
      return (await hasCommit(depot, commit, making.env))
        ? { kind: "base", commit, from: { kind: "commit" } }
        : { kind: "refused", why: `${source.top} has no commit ${commit} any more: ${otherwise(task)}` };
    }
    case "changes": {
      const { commit } = wanted;
      return (await hasCommit(depot, commit, making.env))
        ? { kind: "base", commit, from: { kind: "changes" } }
        : { kind: "refused", why: `the changes that its work begins with are not in ${depot} any more: make it again` };
    }
    case "needs": {
      const work: NeededWork[] = [];
      for (const one of wanted.work) if (one.depot === depot) work.push(await acceptedOf(making, one));
      const [first, ...others] = work;
      if (first === undefined) return head;
      const joined = await joinWork(making, depot, [first, ...others]);
      if (joined.kind === "refused") return { kind: "refused", why: `${joined.why}: ${otherwise(task)}` };
      return {
        kind: "base",
        commit: joined.commit,
        from: { kind: "needs", tasks: [first, ...others].map((one) => one.task) },
      };
    }
  }
}

/** Its branch, or its uncommitted files with it if there were any. */
async function acceptedOf({ env }: Making, { task, depot, tip, snapshot }: TakenWork): Promise<NeededWork> {
  if (tip === undefined) return { task, commit: snapshot };
  const asked = await gitObjects(["rev-parse", `${tip}^{tree}`, `${snapshot}^{tree}`], { env, gitDir: depot });
  // A missing base is reported by whoever needs it.
  const [ofBranch, ofFiles] = asked.kind === "ok" ? asked.stdout.split("\n") : [];
  return { task, commit: ofBranch === ofFiles ? tip : snapshot };
}
