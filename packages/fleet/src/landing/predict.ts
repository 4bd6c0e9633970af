/**
 * Predicts landings without checking, recording or moving anything: each candidate is built in memory on its target plus the
 * predicted results of the landings before it.
 */
import { sinceLanded } from "./begun.ts";
import { buildCandidate } from "./candidate.ts";
import { done } from "./git-in-tree.ts";
import { inLanding, type Lander, type Landing, storedIn } from "./land.ts";
import { landedAs, withoutUndone } from "./look.ts";
import { lastTip, readLanding, standing } from "./record.ts";
import { checkOut, type LandingTree } from "./tree.ts";

export type Prediction =
  | { readonly kind: "lands" }
  /** It is there already. */
  | { readonly kind: "landed"; readonly commit: string }
  /** The target already has the same files. */
  | { readonly kind: "nothing-new" }
  /** Conflicts with the target as it is, or with these tasks that would land before it. */
  | { readonly kind: "conflict"; readonly files: readonly string[]; readonly tasks: readonly string[] }
  /** The target is gone, or can't be asked; `why`: a sentence. */
  | { readonly kind: "no-target"; readonly why: string };

export interface Predicted {
  readonly task: string;
  readonly prediction: Prediction;
}

/** All into one repository, in the order in which they would land. */
export async function predict(lander: Lander, landings: readonly Landing[]): Promise<Predicted[]> {
  const [first] = landings;
  if (first === undefined) return [];
  return await inLanding({ ...lander, recovers: false }, first, async (tree) => {
    const made = new Map<string, Folded>();
    const predicted: Predicted[] = [];
    for (const landing of landings)
      predicted.push({ task: landing.task, prediction: await predictOne(tree, lander, landing, made) });
    return predicted;
  });
}

/** A target as the earlier landings would leave it. */
interface Folded {
  readonly tip: string;
  readonly before: readonly { readonly task: string; readonly files: ReadonlySet<string> }[];
}

async function predictOne(
  tree: LandingTree,
  lander: Lander,
  landing: Landing,
  made: Map<string, Folded>,
): Promise<Prediction> {
  const { task, head } = landing;
  const aimed = await lander.mover.tipOf(lander, { ...landing, known: lastTip(lander.home, landing) });
  if (aimed.kind !== "tip") return { kind: "no-target", why: aimed.why };
  const { tip, target } = aimed;
  const record = await withoutUndone(tree, readLanding(lander.home, task), tip);
  const intents = standing(record).filter((one) => one.head === head);
  const commit = await landedAs(tree, intents, tip);
  if (commit !== undefined) return { kind: "landed", commit };
  const stored = await storedIn(tree, landing);
  const wanted = { ...(await sinceLanded(tree, lander.home, landing, tip)), stored };
  const folded = made.get(target) ?? { tip, before: [] };
  await checkOut(tree, folded.tip);
  const built = await buildCandidate(tree, { ...wanted, tip: folded.tip });
  switch (built.kind) {
    case "nothing-new":
      return built;
    case "candidate": {
      const changed = await tree.ask([
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--name-only",
        folded.tip,
        built.commit,
      ]);
      const files = new Set(
        done(changed, "compare two commits")
          .split("\0")
          .filter((path) => path !== ""),
      );
      made.set(target, { tip: built.commit, before: [...folded.before, { task, files }] });
      return { kind: "lands" };
    }
    case "conflict": {
      if (folded.tip === tip) return { kind: "conflict", files: built.files, tasks: [] };
      await checkOut(tree, tip);
      const alone = await buildCandidate(tree, { ...wanted, tip });
      if (alone.kind === "conflict") return { kind: "conflict", files: alone.files, tasks: [] };
      const tasks = folded.before.flatMap((one) => (built.files.some((path) => one.files.has(path)) ? [one.task] : []));
      return { kind: "conflict", files: built.files, tasks };
    }
  }
}
