/** experiment: several tasks that do the same, below one epic, in one commit; pick: one of them goes on, and the others close. */
import { experimentOf, reviewOf } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import type { Act, Decision } from "../decision.ts";
import { StoreError } from "../errors.ts";
import { Graph } from "../graph.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { PARENT } from "../status.ts";
import { close } from "./close.ts";
import { create, type Creation } from "./create.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { inOrder, withWritten } from "./overlay.ts";
import { touched } from "./touched.ts";

export interface Experiment {
  readonly title: string;
  readonly description: string;
  readonly priority: number;
  /** Of the epic: what holds for all of them together. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** One for each task: what tells it from the others, and what stands under its `metadata`. */
  readonly tasks: readonly { readonly title: string; readonly metadata: Readonly<Record<string, unknown>> }[];
}

export interface Begun {
  readonly epic: Issue;
  readonly tasks: readonly Issue[];
}

export function experiment(snapshot: Snapshot, act: Act, input: Experiment): Decision<Begun> {
  const { title, description, priority, tasks } = input;
  const about: Creation = { title, description, priority, type: "epic" };
  const first = create(snapshot, act, input.metadata === undefined ? about : { ...about, metadata: input.metadata });
  const epic = first.result.issue;
  let now = withWritten(snapshot, [epic]);
  const made = tasks.map((task) => {
    const { result } = create(now, act, { ...about, ...task, type: "task", parent: epic.id });
    const issue = withRecord(result.issue, { experiment: epic.id });
    now = withWritten(now, [issue]);
    return issue;
  });
  return {
    kind: "commit",
    event: "experiment",
    task: epic.id,
    subject: title,
    issues: [epic, ...made],
    result: { epic, tasks: made },
  };
}

/** The tasks of an experiment of which none is picked yet, by their numbers. */
export function tasksOfExperiment(snapshot: Snapshot, epic: string): Issue[] {
  const issues = [...snapshot.all()].filter(
    (issue) =>
      issue.status !== "tombstone" &&
      issue.dependencies?.some(({ type, depends_on_id: to }) => type === PARENT && to === epic) === true,
  );
  const numberOf = ({ id }: Issue): number => Number(id.slice(id.lastIndexOf(".") + 1)) || 0;
  return issues.filter((issue) => experimentOf(issue) === epic).sort((a, b) => numberOf(a) - numberOf(b));
}

export interface Picked {
  readonly issue: Issue;
  readonly closed: readonly string[];
}

/** It goes on as any work that waits for a person's word; the others close, with the reason, and what they made is kept. */
export function pick(snapshot: Snapshot, act: Act, { id }: { readonly id: string }): Decision<Picked> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const epic = experimentOf(issue);
  if (epic === undefined)
    throw new StoreError("guarded", `${issue.id} is of no experiment, or one of it is picked already`, {
      mend: `fleet review ${issue.id}`,
    });
  if (reviewOf(issue) === undefined)
    throw new StoreError("guarded", `${issue.id} has no work to pick yet: it is ${issue.status}`, {
      mend: `fleet compare ${epic}`,
    });
  // What all of them together might cost is what the work on this one may.
  const limits = issue.metadata?.["limits"] ?? snapshot.issue(epic)?.metadata?.["limits"];
  const bounded = limits === undefined ? issue : { ...issue, metadata: { ...issue.metadata, limits } };
  const picked = touched(withRecord(bounded, { experiment: undefined }), act, {});
  const others = tasksOfExperiment(snapshot, epic).filter((other) => other.id !== issue.id);
  const reason = `not picked: ${act.actor} chose ${issue.id}`;
  const decided = inOrder(
    withWritten(snapshot, [picked]),
    act,
    others.map((other) => (now) => {
      const free = touched(withRecord(other, { experiment: undefined, ...settled(other) }), act, {});
      const closing = close(withWritten(now, [free]), act, { id: other.id, reason, force: true });
      const closed = closing.kind === "commit" ? (closing.issues ?? [free]) : [free];
      return { kind: "commit", event: "close", subject: "", issues: closed, result: other.id };
    }),
    { event: "pick", subject: issue.title },
  );
  const changed = decided.kind === "commit" ? (decided.issues ?? []) : [];
  return {
    kind: "commit",
    event: "pick",
    task: issue.id,
    subject: issue.title,
    issues: [picked, ...changed],
    result: { issue: picked, closed: others.map((other) => other.id) },
  };
}

/** What waits for a person's word waits no longer. */
const settled = (issue: Issue) => (fleetRecord(issue).review === undefined ? {} : { review: undefined });

/** All of its tasks are closed. */
export const isOver = (snapshot: Snapshot, epic: string): boolean => new Graph(snapshot).children(epic).open === 0;
