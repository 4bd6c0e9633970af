/** The branch that work lands on, read anew before each candidate, because a person may move, rename or delete it. */
import type { Environment } from "@fleet/kit/git/environment";
import { git, reasonOf } from "@fleet/kit/git/git";
import { isOid } from "@fleet/kit/git/oid";
import type { Source } from "@fleet/kit/git/source";
import { shellWord } from "@fleet/kit/shell";

import type { MoveEnd } from "./move.ts";
import { LandingError } from "./trouble.ts";

/** A branch of the person's repository, by the name that the task gives. */
export interface Aim {
  readonly source: Pick<Source, "top" | "commonDir">;
  readonly target: string;
  readonly task: string;
  /** A commit that the branch once had: from here it could be recreated. */
  readonly known: string;
}

/**
 * tip: the target's commit; `target` is the branch that a symbolic ref resolves to, because that one is checked out and moved · wait,
 * refused: as of a move.
 */
export type Aimed =
  | { readonly kind: "tip"; readonly target: string; readonly tip: string }
  | Extract<MoveEnd, { kind: "wait" | "refused" }>;

const HEADS = "refs/heads/";
const FORMAT = "--format=%(refname)%00%(symref)%00%(objectname)";

export async function localTip(env: Environment, { source, target, task, known }: Aim): Promise<Aimed> {
  const { top } = source;
  const asked = await git({ place: "person", env, dir: top }, ["for-each-ref", FORMAT, HEADS + target]);
  if (asked.kind !== "ok") throw new LandingError("failed", `${target} of ${top} can't be read: ${reasonOf(asked)}`);
  const lines = asked.stdout.split("\n").map((line) => line.split("\0"));
  const [, leads = "", tip = ""] = lines.find(([name]) => name === HEADS + target) ?? [];
  if (!isOid(tip))
    return {
      kind: "wait",
      why: `${top} has no branch ${target}; where its work is for another branch, --target of fleet bd update ${task} names it`,
      mend: `git -C ${shellWord(top)} branch ${shellWord(target)} ${known}`,
    };
  if (leads === "") return { kind: "tip", target, tip };
  if (leads.startsWith(HEADS)) return { kind: "tip", target: leads.slice(HEADS.length), tip };
  return {
    kind: "wait",
    why: `${target} of ${top} is another name for ${leads}, which is no branch`,
    mend: `git -C ${shellWord(top)} symbolic-ref ${shellWord(HEADS + target)}`,
  };
}
