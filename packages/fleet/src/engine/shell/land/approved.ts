/** Asked right before work moves onto its target: whether it is what a person approved. */
import type { Environment } from "@fleet/kit/git/environment";
import { someOf } from "@fleet/kit/text";
import { landingOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Approval } from "@fleet/store/record-shapes";
import type { Act } from "@fleet/store/decision";
import type { Issue } from "@fleet/store/issue";
import { voidApproval } from "@fleet/store/ops/review";
import type { Store } from "@fleet/store/store";

import { standingOf, type WorkNow } from "../../core/approval.ts";
import { replayedOn } from "./replayed.ts";
import { type KeptWork, keptWork, workNow } from "./work-kept.ts";

interface Where {
  readonly home: string;
  readonly env: Environment;
  readonly store: Store;
  readonly act: () => Act | Promise<Act>;
}

export interface Voided {
  /** The person who approved something else. */
  readonly by: string;
  /** In a line. */
  readonly change: string;
}

const NAMED = 5;

const UNKNOWN: WorkNow = {
  base: undefined,
  tree: undefined,
  content: undefined,
  replayed: { kind: "unknown" },
};

/** An approval from a home that has not the work names its commit alone. */
async function treeOf({ head, tree }: Approval, work: KeptWork | undefined): Promise<Pick<Approval, "tree">> {
  if (tree !== undefined || head === undefined || work === undefined) return {};
  const asked = await work.ask(["rev-parse", "--verify", "-q", `${head}^{tree}`]);
  return asked.kind === "ok" ? { tree: asked.stdout.trim() } : {};
}

async function nowOf(around: Pick<Where, "home" | "env">, approval: Approval, work: KeptWork | undefined) {
  if (work === undefined) return UNKNOWN;
  const known = await workNow(work, Object.keys(approval.files ?? {}));
  return { ...known, replayed: await replayedOn(around, approval, work) } satisfies WorkNow;
}

/**
 * Undefined where the approval of what waits to land stands for this commit, or nobody approved it. Another change than the one that
 * was approved waits for a person again.
 */
export async function voidedApproval({ home, env, store, act }: Where, issue: Issue, head: string) {
  const { approval } = fleetRecord(issue);
  if (approval === undefined || landingOf(issue) === undefined) return undefined;
  const { id } = issue;
  const work = await keptWork({ home, world: { env } }, issue, head);
  const seen = { ...approval, ...(await treeOf(approval, work)) };
  const standing = standingOf(seen, await nowOf({ home, env }, approval, work));
  if (standing.kind === "holds") return undefined;
  const { moved } = standing;
  const change = `changed since it was approved: ${someOf(moved, NAMED)}`;
  const who = await act();
  await store.transact(who, (snapshot) => voidApproval(snapshot, who, { id, moved, change }));
  return { by: approval.by, change } satisfies Voided;
}
