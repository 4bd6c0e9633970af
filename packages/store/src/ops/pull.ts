/** The pull request of a task whose work is accepted: opened, sent back with what was said there, or a person's to decide about. */
import { landingOf } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { LandingStage, Pull } from "../record-shapes.ts";
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { stamp } from "../time.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { toStatus } from "./status-change.ts";
import { touched } from "./touched.ts";

function waiting(issue: Issue): LandingStage {
  const stage = landingOf(issue);
  if (stage !== undefined) return stage;
  throw new StoreError("guarded", `${issue.id} does not wait to land: it is ${issue.status}`, {
    mend: `fleet explain ${issue.id}`,
  });
}

interface Opened extends Pick<Pull, "number" | "url" | "head" | "work"> {
  readonly id: string;
}

/** It is there, with this commit. What was told stays told: one that was closed may be opened again. */
export function pullOpened(snapshot: Snapshot, act: Act, { id, number, url, head, work }: Opened): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const { attempt } = waiting(issue);
  const { pull: before } = fleetRecord(issue);
  const isSame = before?.number === number;
  const { told = [], rounds = 0 } = before ?? {};
  const of = work === undefined || work === head ? {} : { work };
  const was = isSame && before.head !== head ? { was: before.head } : {};
  const pull = { number, url, head, ...of, ...was, at: stamp(act.now), told, rounds };
  const next = touched(withRecord(issue, { pull }), act, {});
  return { kind: "commit", event: "pull", task: issue.id, subject: url, attempt, issues: [next], result: next };
}

/** Merged without what was accepted since, which gets another one. */
export function pullMerged(
  snapshot: Snapshot,
  act: Act,
  { id, commit }: { readonly id: string; readonly commit: string },
): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const { attempt } = waiting(issue);
  const { pull } = fleetRecord(issue);
  if (pull === undefined) return none(issue);
  const next = touched(withRecord(issue, { pull: { ...pull, merged: commit } }), act, {});
  return { kind: "commit", event: "pull", task: issue.id, subject: pull.url, attempt, issues: [next], result: next };
}

interface SentBack {
  readonly id: string;
  readonly words: string;
  /** Who said it. */
  readonly by: string;
  readonly keys: readonly string[];
}

/** Back to the queue with what reviewers and checks said; it counts as no try. */
export function pullRework(snapshot: Snapshot, act: Act, { id, words, by, keys }: SentBack): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const { attempt } = waiting(issue);
  const { pull } = fleetRecord(issue);
  const reason = `sent back from its pull request by ${by}`;
  const sent = withRecord(issue, {
    landing: undefined,
    approval: undefined,
    grade: undefined,
    accepted: undefined,
    accepted_by: undefined,
    not_before: undefined,
    reason,
    rework: { by, at: stamp(act.now), words, attempt },
    pull: pull === undefined ? undefined : { ...pull, told: [...pull.told, ...keys], rounds: pull.rounds + 1 },
  });
  const next = touched(sent, act, { ...toStatus(issue, "open", act), assignee: undefined });
  return { kind: "commit", event: "reject", task: issue.id, subject: reason, attempt, issues: [next], result: next };
}

interface ForPerson {
  readonly id: string;
  /** Why a person has to decide, a line on each. */
  readonly missing: readonly string[];
  readonly keys: readonly string[];
  /** It is over: what is approved after this gets another one. */
  readonly isClosed: boolean;
}

/** A person approves what there is, or sends it back. */
export function pullAsked(snapshot: Snapshot, act: Act, { id, missing, keys, isClosed }: ForPerson): Decision<Issue> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const { attempt, reason: claim } = waiting(issue);
  const { pull, accepted } = fleetRecord(issue);
  const head = accepted?.head === undefined ? {} : { head: accepted.head };
  const review = { attempt, at: stamp(act.now), claim, change: pull?.url ?? "", missing: [...missing], ...head };
  const next = touched(
    withRecord(issue, {
      landing: undefined,
      approval: undefined,
      grade: undefined,
      accepted: undefined,
      accepted_by: undefined,
      review,
      pull:
        pull === undefined ? undefined : { ...pull, number: isClosed ? 0 : pull.number, told: [...pull.told, ...keys] },
    }),
    act,
    {},
  );
  const subject = missing.join("; ");
  return { kind: "commit", event: "review", task: issue.id, subject, attempt, issues: [next], result: next };
}
