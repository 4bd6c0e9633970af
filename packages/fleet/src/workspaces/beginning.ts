/** What of a task's base has to exist in its source, and which branch the work is for. Pure. */
import type { Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";

import type { Via } from "../settings/land.ts";
import type { WorkBase } from "../settings/work-base.ts";
import { noUpstream, upstreamOf } from "./upstream.ts";

export interface Beginning {
  readonly base?: WorkBase | undefined;
  /** The target branch; default: the one that is checked out. */
  readonly target?: string | undefined;
  /** How it lands; undefined where it does not. */
  readonly via?: Via | undefined;
}

type Seen = Pick<Source, "top" | "head" | "refs" | "settings">;

const targetIn = ({ head }: Pick<Seen, "head">, target: string | undefined): string | undefined =>
  target ?? (head.kind === "branch" ? head.name : undefined);

/** The commit of a branch of the source; undefined if it has no such branch. */
export const tipOf = ({ refs }: Pick<Seen, "refs">, branch: string | undefined): string | undefined =>
  branch === undefined ? undefined : refs.find(({ name }) => name === `refs/heads/${branch}`)?.oid;

/** The target as far as the source or its remote has it: work that does not land can begin without. */
export function targetThere(source: Seen, target: string | undefined): string | undefined {
  const branch = targetIn(source, target);
  return tipOf(source, branch) === undefined && upstreamOf(source, branch) === undefined ? undefined : branch;
}

/** Flags of `fleet bd update` that change whether the task can begin. */
export const OTHERWISE = ["--isolate none", "--target BRANCH", "--base head"] as const;
export type Otherwise = (typeof OTHERWISE)[number];

/** `why`: a sentence that says what to change. */
export interface NotYet {
  readonly why: string;
  readonly otherwise: Otherwise;
}

/** Why it can't begin yet: work can land only on a branch that exists. */
export function notYet(source: Seen, { base, target, via }: Beginning): NotYet | undefined {
  const branch = targetIn(source, target);
  const followed = upstreamOf(source, branch);
  if (base === "fresh" && followed === undefined) return { why: noUpstream(source, branch), otherwise: "--base head" };
  if (via === undefined || tipOf(source, branch) !== undefined) return undefined;
  const [at, otherwise] = [`git -C ${shellWord(source.top)}`, "--target BRANCH"] as const;
  if (branch === undefined) {
    const why = `the branch that its work is for is not known, because none is checked out in ${source.top}: ${at} switch BRANCH, or name one: ${otherwise}`;
    return { why, otherwise };
  }
  // To push, the branch has to exist at the remote only, once the base comes from there.
  if (followed !== undefined && via !== "branch" && base === "fresh") return undefined;
  const from = followed === undefined ? "" : ` ${shellWord(`${followed.remote}/${followed.branch}`)}`;
  const why = `${source.top} has no branch ${branch}, which its work is for: ${at} branch ${shellWord(branch)}${from}, or name another: ${otherwise}`;
  return { why, otherwise };
}
