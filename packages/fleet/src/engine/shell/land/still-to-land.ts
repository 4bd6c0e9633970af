/** Whether a task is to land, and still is right before its target is moved: its checks may have taken an hour. */
import { acceptedOf, experimentOf, heldBy, isSameWork, landingOf as stageOf, reviewOf } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";

import type { Landing, Withdrawn } from "../../../landing/land.ts";
import type { WorkspaceRecord } from "../../../workspaces/record.ts";
import { acceptedWork, type Around, headOf, sourceOf, targetOf } from "./landing-of.ts";

/** Only accepted work; for anything else why not, and what settles it. */
export function refusalOf(issue: Issue): Withdrawn | undefined {
  const { id, status } = issue;
  if (stageOf(issue) !== undefined) return undefined;
  if (reviewOf(issue) !== undefined && experimentOf(issue) !== undefined)
    return { why: `${id} is part of an experiment, of which no task is picked yet`, mend: `fleet pick ${id}` };
  if (reviewOf(issue) !== undefined)
    return { why: `${id} claims to be done, and is not approved`, mend: `fleet approve ${id}` };
  if (heldBy(issue) !== undefined) return { why: `an attempt is at work on ${id}`, mend: `fleet task ${id}` };
  return status === "closed" ? undefined : { why: `${id} is not done: it is ${status}`, mend: `fleet explain ${id}` };
}

/** The part of the answer that the issue alone gives. */
export function withdrawnSince(issue: Issue, before: Issue): Withdrawn | undefined {
  const refusal = refusalOf(issue);
  if (refusal !== undefined) return refusal;
  const mend = `fleet land ${issue.id}`;
  if (stageOf(before) !== undefined && stageOf(issue) === undefined)
    return { why: "it was closed meanwhile, without that", mend };
  return isSameWork(acceptedOf(issue), acceptedOf(before))
    ? undefined
    : { why: "other work of it was accepted meanwhile", mend };
}

interface Began {
  readonly before: Issue;
  readonly workspace: WorkspaceRecord;
  readonly landing: Landing;
}

/** `issue`: as it is now. Undefined: it is to land as it was when that began. */
export async function changedSince(
  around: Around,
  issue: Issue,
  { before, workspace, landing }: Began,
): Promise<Withdrawn | undefined> {
  const withdrawn = withdrawnSince(issue, before);
  if (withdrawn !== undefined) return withdrawn;
  const again = { mend: `fleet land ${issue.id}` };
  if (targetOf(issue, workspace) !== targetOf(before, workspace))
    return { why: "its target was changed meanwhile", ...again };
  const source = await sourceOf(around, issue.id, workspace);
  const head = await headOf(around, acceptedWork(around, issue), { ...workspace, task: issue.id, source });
  return head === landing.head ? undefined : { why: `${workspace.branch} was moved meanwhile`, ...again };
}
