/** Replays approved work on its present base, by the merge that lands it, without writing to anybody's repository. */
import type { Environment } from "@fleet/kit/git/environment";
import type { Seen } from "@fleet/store/ops/review";

import { done } from "../../../landing/git-in-tree.ts";
import { threeWay } from "../../../landing/three-way.ts";
import { type AskScratch, inScratch } from "../../../workspaces/scratch.ts";
import type { Replayed } from "../../core/approval.ts";
import type { KeptWork } from "./work-kept.ts";

interface Around {
  readonly home: string;
  readonly env: Environment;
}

export async function replayedOn(
  { home, env }: Around,
  { base, head }: Pick<Seen, "base" | "head">,
  { depot, objects, base: now, head: is }: KeptWork,
): Promise<Replayed> {
  if (base === undefined || head === undefined) return { kind: "unknown" };
  const also = objects === undefined ? [] : [objects];
  return await inScratch({ home, env, depot, also }, async (ask): Promise<Replayed> => {
    const trees = await ask(["rev-parse", ...[base, head, now, is].map((commit) => `${commit}^{tree}`)]);
    if (trees.kind !== "ok") return { kind: "unknown" };
    if (base === now) return { kind: "clean", moved: await differing(ask, head, is) };
    const merged = await threeWay({ ask }, { base, ours: now, theirs: head });
    return merged.kind === "conflict" ? merged : { kind: "clean", moved: await differing(ask, merged.tree, is) };
  });
}

async function differing(ask: AskScratch, one: string, other: string): Promise<string[]> {
  const listed = await ask(["diff-tree", "-r", "-z", "--no-renames", "--name-only", one, other]);
  return done(listed, "compare what was approved")
    .split("\0")
    .filter((path) => path !== "");
}
