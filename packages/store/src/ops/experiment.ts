/** experiment: several tasks that do the same, below one epic, in one commit; pick: one of them goes on, and the others close. */
import { experimentOf, reviewOf } from "../claims.ts";
import { fleetRecord, withRecord } from "../fleet-record.ts";
import { type Act, type Decision, none } from "../decision.ts";
import { StoreError } from "../errors.ts";
import type { Issue } from "../issue.ts";
import type { Snapshot } from "../snapshot.ts";
import { PARENT } from "../status.ts";
import { close } from "./close.ts";
import { create, type Creation } from "./create.ts";
import { find } from "./find.ts";
import { guardInside } from "./guard-inside.ts";
import { inOrder, withWritten } from "./overlay.ts";
import { pickedIn } from "./picked-epic.ts";
import { commented } from "./review.ts";
import { touched } from "./touched.ts";

export interface Experiment {
  readonly title: string;
  readonly description: string;
  readonly priority: number;
  /** The epic's own metadata, which applies to all of them together. */
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
  return issues.filter((issue) => experimentOf(issue) === epic).sort((a, b) => numberOf(a.id) - numberOf(b.id));
}

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf(".") + 1)) || 0;

export interface Picking {
  readonly id: string;
  /** Why, kept as a comment where it says something. */
  readonly words: string;
}

export interface Picked {
  readonly issue: Issue;
  readonly closed: readonly string[];
}

/**
 * It goes on as any work that waits for a person's word; the others close, with the reason, and what they made is kept. The one that
 * is picked already and still waits is picked as before: whoever picked it may have been killed before it went on.
 */
export function pick(snapshot: Snapshot, act: Act, { id, words }: Picking): Decision<Picked> {
  const issue = find(snapshot, id);
  guardInside(issue, act);
  const epic = experimentOf(issue);
  if (epic === undefined) {
    const over = pickedIn(snapshot, issue);
    if (over === undefined || reviewOf(issue) === undefined) throw notToPick(snapshot, issue, over);
    return none({ issue, closed: notPicked(snapshot, over.id, issue.id) });
  }
  if (reviewOf(issue) === undefined)
    throw new StoreError("guarded", `${issue.id} has no work to pick yet: it is ${issue.status}`, {
      mend: `fleet compare ${epic}`,
    });
  const whole = snapshot.issue(epic);
  // The picked task inherits the limits of the whole experiment.
  const limits = issue.metadata?.["limits"] ?? whole?.metadata?.["limits"];
  const bounded = limits === undefined ? issue : { ...issue, metadata: { ...issue.metadata, limits } };
  const picked = touched(withRecord(bounded, { experiment: undefined }), act, {
    comments: commented(issue, act, words),
  });
  const others = tasksOfExperiment(snapshot, epic).filter((other) => other.id !== issue.id);
  const reason = `${NOT_PICKED}${act.actor} chose ${issue.id}`;
  const decided = inOrder(
    withWritten(snapshot, [picked]),
    act,
    others.map((other) => (now) => {
      const free = touched(withRecord(other, { experiment: undefined, ...settled(other) }), act, {});
      // It was closed before, with a reason of its own.
      if (other.status === "closed")
        return { kind: "commit", event: "update", subject: "", issues: [free], result: "" };
      const closing = close(withWritten(now, [free]), act, { id: other.id, reason, force: true });
      const closed = closing.kind === "commit" ? (closing.issues ?? [free]) : [free];
      return { kind: "commit", event: "close", subject: "", issues: closed, result: other.id };
    }),
    { event: "pick", subject: issue.title },
  );
  const changed = decided.kind === "commit" ? (decided.issues ?? []) : [];
  const named = whole === undefined ? [] : [touched(withRecord(whole, { picked: issue.id }), act, {})];
  return {
    kind: "commit",
    event: "pick",
    task: issue.id,
    subject: issue.title,
    issues: [picked, ...changed, ...named],
    result: { issue: picked, closed: decided.result.filter((one) => one !== "") },
  };
}

const NOT_PICKED = "not picked: ";

/** The others of it, as they were closed. */
function notPicked(snapshot: Snapshot, epic: string, picked: string): string[] {
  const all = [...snapshot.all()].filter(
    ({ id, status, close_reason: why = "", dependencies = [] }) =>
      id !== picked &&
      status === "closed" &&
      why.startsWith(NOT_PICKED) &&
      dependencies.some(({ type, depends_on_id: to }) => type === PARENT && to === epic),
  );
  return all.map(({ id }) => id).sort((a, b) => numberOf(a) - numberOf(b));
}

function notToPick(snapshot: Snapshot, issue: Issue, over: Issue | undefined): StoreError {
  if (over !== undefined)
    return new StoreError("guarded", `${issue.id} is picked already, and is ${issue.status}`, {
      mend: `fleet explain ${issue.id}`,
    });
  const parent = issue.dependencies?.find(({ type }) => type === PARENT)?.depends_on_id;
  const epic = parent === undefined ? undefined : snapshot.issue(parent);
  const picked = epic === undefined ? undefined : fleetRecord(epic).picked;
  if (picked === undefined)
    return new StoreError("guarded", `${issue.id} is of no experiment, or one of it is picked already`, {
      mend: `fleet review ${issue.id}`,
    });
  return new StoreError("guarded", `${picked} is picked already, and not ${issue.id}`, {
    mend: `fleet task ${picked}`,
  });
}

/** It no longer waits for a person. */
const settled = (issue: Issue) => (fleetRecord(issue).review === undefined ? {} : { review: undefined });
