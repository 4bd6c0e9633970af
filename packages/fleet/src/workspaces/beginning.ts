/** What the work of a task begins at, as far as its source has to have it, and which branch it is for. Pure. */
import type { Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";

import type { Via } from "../settings/land.ts";
import type { WorkBase } from "../settings/work-base.ts";
import { noUpstream, upstreamOf } from "./upstream.ts";

export interface Beginning {
  readonly base?: WorkBase | undefined;
  /** The branch that the work is for; unless given, the one that is checked out. */
  readonly target?: string | undefined;
  /** How it is to land; undefined where nothing of it is. */
  readonly via?: Via | undefined;
}

type Seen = Pick<Source, "top" | "head" | "refs" | "settings">;

const targetIn = ({ head }: Pick<Seen, "head">, target: string | undefined): string | undefined =>
  target ?? (head.kind === "branch" ? head.name : undefined);

/** Where a branch of the source is; undefined where it has none of that name. */
export const tipOf = ({ refs }: Pick<Seen, "refs">, branch: string | undefined): string | undefined =>
  branch === undefined ? undefined : refs.find(({ name }) => name === `refs/heads/${branch}`)?.oid;

/** The target, as far as the source or its remote has it: where nothing is to land, work can begin without. */
export function targetThere(source: Seen, target: string | undefined): string | undefined {
  const branch = targetIn(source, target);
  return tipOf(source, branch) === undefined && upstreamOf(source, branch) === undefined ? undefined : branch;
}

/** What of a task changes whether it can begin, as flags of `fleet bd update`. */
export const OTHERWISE = ["--isolate none", "--target BRANCH", "--base head"] as const;
export type Otherwise = (typeof OTHERWISE)[number];

/** `why`: a sentence with what changes it. */
export interface NotYet {
  readonly why: string;
  readonly otherwise: Otherwise;
}

/** Why it can't begin yet: what is to land lands on a branch that is there. */
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
  // What is pushed needs the branch at the remote alone, once its base comes from there.
  if (followed !== undefined && via !== "branch" && base === "fresh") return undefined;
  const from = followed === undefined ? "" : ` ${shellWord(`${followed.remote}/${followed.branch}`)}`;
  const why = `${source.top} has no branch ${branch}, which its work is for: ${at} branch ${shellWord(branch)}${from}, or name another: ${otherwise}`;
  return { why, otherwise };
}
