/** What waits for a person's word on its work, the one that waits longest in front: how large it is, what shows it, what it may meet. */
import { ifReadable } from "@fleet/kit/errors";
import { parseChanged } from "@fleet/kit/git/changed-paths";
import { orNull } from "@fleet/kit/text";
import { experimentOf, reviewOf } from "@fleet/store/claims";
import type { Review } from "@fleet/store/record-shapes";
import type { Issue } from "@fleet/store/issue";
import { isOpenRemark, remarksOf } from "@fleet/store/remarks";

import { filesKnown } from "../../attempts/evidence/files-known.ts";
import { dirOf } from "../../attempts/records/paths.ts";
import { readReceipt, type Receipt } from "../../attempts/records/receipt.ts";
import { cwdOf } from "../../engine/core/tasks.ts";
import { readWorkspace } from "../../workspaces/record.ts";
import type { Fleet } from "../open.ts";
import { riskOf, type Risk, type Waiting } from "./overlap.ts";
import { keptWork } from "../../engine/shell/land/work-kept.ts";

export interface ReviewRow {
  readonly id: string;
  readonly title: string;
  readonly attempt: number;
  /** RFC 3339: since when it waits. */
  readonly at: string;
  /** review: fleet believes it · asked: it can't be proven, so a person judges it. */
  readonly state: "review" | "asked";
  /** How strong what shows the work is; null where it is asked. */
  readonly grade: string | null;
  /** In the agent's words; null where it had none. */
  readonly claim: string | null;
  readonly change: string;
  readonly missing: readonly string[];
  readonly added: number | null;
  readonly deleted: number | null;
  readonly files: number | null;
  readonly checks: readonly { readonly command: string; readonly verdict: string }[];
  readonly risk: {
    readonly target: readonly string[];
    readonly tasks: Risk["tasks"];
    readonly unknown: boolean;
  };
  /** Remarks without an answer. */
  readonly open_remarks: number;
  /** An approval that holds no longer. */
  readonly voided: { readonly by: string; readonly at: string; readonly moved: readonly string[] } | null;
  readonly review_with: string;
  readonly approve_with: string;
  readonly reject_with: string;
}

export async function reviewRows(fleet: Fleet): Promise<ReviewRow[]> {
  const waiting = [...fleet.store.snapshot().live.values()].flatMap((issue) => {
    const review = reviewOf(issue);
    return review === undefined ? [] : [{ issue, review }];
  });
  const met = await Promise.all(waiting.map(async ({ issue }) => await waitingOf(fleet, issue)));
  const rows = waiting.map(({ issue, review }, at) => {
    const own = met[at];
    return rowOf(fleet, issue, review, own === undefined ? undefined : riskOf(own, met));
  });
  return rows.sort((a, b) => (a.at < b.at ? -1 : 1));
}

export const waitsForReview = (fleet: Fleet, id: string): boolean => reviewOf(fleet.find(id)) !== undefined;

function rowOf({ home }: Fleet, issue: Issue, review: Review, risk: Risk | undefined): ReviewRow {
  const { id, title } = issue;
  const { attempt, at, claim, change, missing, grade, voided } = review;
  const receipt = receiptIn(home, id, attempt);
  return {
    id,
    title,
    attempt: attempt.n,
    at,
    state: grade === undefined ? "asked" : "review",
    grade: grade ?? null,
    claim: orNull(claim),
    change,
    missing,
    added: receipt?.files?.added ?? null,
    deleted: receipt?.files?.deleted ?? null,
    files: filesKnown(receipt),
    checks: (receipt?.checks ?? []).map(({ command, verdict }) => ({ command, verdict })),
    risk: { target: risk?.target ?? [], tasks: risk?.tasks ?? [], unknown: risk?.isUnknown ?? true },
    open_remarks: remarksOf(issue).filter(isOpenRemark).length,
    voided: voided === undefined ? null : { by: voided.by, at: voided.at, moved: voided.moved },
    review_with: `fleet review ${id}`,
    approve_with: experimentOf(issue) === undefined ? `fleet approve ${id}` : `fleet pick ${id}`,
    reject_with: `fleet reject ${id} -m "…"`,
  };
}

const receiptIn = (home: string, task: string, attempt: Review["attempt"]): Receipt | undefined =>
  ifReadable(() => readReceipt(dirOf(home, task, attempt)));

async function waitingOf(fleet: Fleet, issue: Issue): Promise<Waiting> {
  const { id } = issue;
  const experiment = experimentOf(issue);
  const repository = readWorkspace(fleet.home, id)?.source.common_dir ?? cwdOf(issue);
  const work = await keptWork(fleet, issue);
  if (work === undefined) {
    const review = reviewOf(issue);
    const files = review === undefined ? undefined : receiptIn(fleet.home, id, review.attempt)?.files;
    return { id, repository, experiment, files: files?.changed, onTarget: undefined };
  }
  const { ask, base, head, tip } = work;
  const between = async (to: string): Promise<string[] | undefined> => {
    const listed = await ask(["diff-tree", "-r", "-z", "--no-renames", base, to]);
    return listed.kind === "ok" ? parseChanged(listed.stdout).map(({ path }) => path) : undefined;
  };
  const onTarget = tip === undefined ? undefined : await between(tip);
  return { id, repository, experiment, files: await between(head), onTarget };
}
