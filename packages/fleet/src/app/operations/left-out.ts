/** What an attempt left beside the commit that is taken out of the depot: files that it did not commit, other branches, its stash. */
import type { Environment } from "@fleet/kit/git/environment";
import { gitObjects } from "@fleet/kit/git/own-objects";

import { type KeptAttempt, type KeptRef, LATER } from "../../workspaces/kept.ts";

export interface LeftOut {
  /** The number of the attempt whose files have what is not on the branch; null where all of it is. */
  readonly attempt: number | null;
  /** Files that were not committed on it. */
  readonly uncommitted: number;
  /** Other refs that it left, as the depot has them. */
  readonly refs: readonly string[];
}

/** What is taken itself, and what is no work of the agent's. */
const OWN: ReadonlySet<string> = new Set(["branch", "snapshot", "base"]);

const REF = /^refs\/attempts\/[^/]+\/([^/]+)\/((?:later\/)?)(branch|snapshot)$/;

export async function leftOut(
  env: Environment,
  kept: readonly KeptAttempt[],
  { depot, ref }: KeptRef,
): Promise<LeftOut> {
  const [, attempt = "", prefix = "", what] = REF.exec(ref.name) ?? [];
  const refs = kept.find((one) => one.depot === depot && one.attempt === attempt)?.refs ?? new Map<string, string>();
  const snapshot = refs.get(`${prefix}snapshot`);
  const merged = await mergedIn(env, depot, {
    commit: ref.oid,
    below: `refs/attempts/${ref.name.split("/")[2] ?? ""}`,
  });
  const uncommitted =
    what === "snapshot" || snapshot === undefined ? 0 : await differing(env, depot, [ref.oid, snapshot]);
  return {
    attempt: uncommitted === 0 ? null : Number.parseInt(attempt, 10),
    uncommitted,
    refs: others(refs, prefix)
      .map((name) => `${ref.name.slice(0, -(what ?? "").length)}${name}`)
      .filter((name) => !merged.has(name)),
  };
}

/** Names below the attempt's, or below what became of it since. Pure. */
function others(refs: ReadonlyMap<string, string>, prefix: string): string[] {
  const is = (name: string): boolean =>
    prefix === "" ? !name.startsWith(`${LATER}/`) && !name.startsWith("replaced/") : name.startsWith(prefix);
  return [...refs.keys()]
    .filter(is)
    .map((name) => name.slice(prefix.length))
    .filter((name) => !OWN.has(name))
    .sort();
}

/** Those that it has all of. */
async function mergedIn(
  env: Environment,
  gitDir: string,
  { commit, below }: { readonly commit: string; readonly below: string },
): Promise<ReadonlySet<string>> {
  const asked = await gitObjects(["for-each-ref", "--format=%(refname)", `--merged=${commit}`, below], { env, gitDir });
  return new Set(asked.kind === "ok" ? asked.stdout.split("\n") : []);
}

async function differing(env: Environment, gitDir: string, commits: readonly [string, string]): Promise<number> {
  const asked = await gitObjects(["diff-tree", "-r", "-z", "--no-renames", "--name-only", ...commits], { env, gitDir });
  return asked.kind === "ok" ? asked.stdout.split("\0").length - 1 : 0;
}
