/** settle: brings a verdict into the store, once: it does nothing for an attempt that the store does not name any more. */
import { ifReadable } from "@fleet/kit/errors";
import { fleetRecord } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { settle, type Disposition, type Settlement } from "@fleet/store/ops/settle";

import { afterAttempt } from "../accounts/after-attempt.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { type OutcomeRecord, readOutcome, readReceipt } from "../../../attempts/records/record.ts";
import { type Chance, fate } from "../../core/fate.ts";
import { LIFECYCLE } from "../../core/lifecycle.ts";
import { isPoisoned } from "../../core/repeats.ts";
import { setupProject } from "../../../settings/effective/project.ts";
import { countForBreakers } from "../state/breaker-file.ts";
import { act, attemptActor, coderNamed, type Context, redactorFor } from "../loop/context.ts";
import { changeText } from "../../../attempts/evidence/describe.ts";
import { receiptTrailers } from "../../../attempts/evidence/trailers.ts";
import { accountOf } from "../../core/attempt.ts";
import { directoryOf, type Handle } from "../loop/handle.ts";
import { stderrTail } from "./evidence-of.ts";
import { lookUp } from "../observe/look-up.ts";
import { settingsOf } from "../observe/run-settings.ts";
import { aboutAttempt } from "../state/journal.ts";

export async function settleAttempt(context: Context, handle: Handle): Promise<void> {
  const judged = readOutcome(handle.dir);
  if (judged === undefined) return;
  const account = accountOf(handle);
  const redact = redactorFor(context, handle);
  const outcome = { ...judged, reason: redact(judged.reason) };
  afterAttempt(context, handle, outcome);
  const looked = lookUp(context.store.snapshot(), handle.task);
  if (looked.kind === "unknown") throw new Error(`not settled: ${looked.why}`);
  const tries = triesOf(looked.issue);
  const history = { tries, outcomes: outcomesOf(context, handle) };
  const chance = {
    config: triesAllowed(context, handle, looked.issue),
    wall: context.clock.wall(),
    random: context.random(),
  };
  const { disposition, reason } = fate(LIFECYCLE, outcome, history, chance);
  const rule = LIFECYCLE[outcome.kind];
  const coder = coderNamed(context.config(), handle.coderName);
  const { session } = outcome;
  const comment = commentOn(handle, outcome, disposition, reason);
  const result = await context.store.transact(act(context), (snapshot) =>
    settle(snapshot, act(context), {
      id: handle.task,
      attempt: handle.ref,
      actor: attemptActor(handle.coderName, handle.ref.uuid),
      outcome: outcome.kind,
      reason,
      counted: outcome.counts,
      disposition,
      grade: outcome.grade,
      ...(disposition.kind === "ask" ? { review: reviewOf(handle, looked.issue, outcome) } : {}),
      comment: comment === undefined ? undefined : redact(comment),
      byPerson: outcome.kind === "killed",
      // Its stream had the question; one that it put to fleet is on record already.
      question: outcome.kind === "question" && looked.issue?.status === "in_progress" ? outcome.reason : undefined,
      ...(rule.resume &&
      !(outcome.kind === "failed" && isPoisoned(history.outcomes)) &&
      coder?.capabilities.resumes === true &&
      session !== undefined
        ? { session: { id: session, coder: coder.name, account } }
        : {}),
      trailers: receiptTrailers(readReceipt(handle.dir), outcome),
    }),
  );
  if (result.kind !== "settled") return;
  // Answered while the attempt was still ending.
  const isBack = disposition.kind === "block" && result.issue.status === "open";
  const isKept = disposition.kind === "close" && result.issue.status !== "closed";
  if (isKept) context.journal.write("kept", `attempt ${handle.ref.n}: ${reasonOf(result.issue)}`, aboutAttempt(handle));
  else journal(context, handle, outcome, isBack ? { kind: "retry", notBefore: undefined } : disposition, reason);
  const { coderName: name, path } = handle;
  const setup = setupProject(context.config(), handle.cwd)?.dir;
  countForBreakers(context, { looked: { coder: name, path }, dir: directoryOf(handle), setup }, outcome);
}

/** How often its task is tried, and how far apart. */
function triesAllowed(context: Context, handle: Handle, issue: Issue | undefined): Chance["config"] {
  const { value } = settingsOf(context, handle, issue);
  return {
    max_attempts: value("max_attempts"),
    retry_backoff: value("retry_backoff"),
    retry_backoff_max: value("retry_backoff_max"),
  };
}

/** What a person needs to judge its claim. */
function reviewOf(
  { dir }: Handle,
  issue: Issue | undefined,
  { missing = [], words = "" }: OutcomeRecord,
): Settlement["review"] {
  const receipt = readReceipt(dir);
  const claim = issue === undefined ? undefined : fleetRecord(issue).completion?.reason;
  return { claim: receipt?.closed_from_inside ?? claim ?? words, change: changeText(receipt), missing: [...missing] };
}

const reasonOf = (issue: Issue): string => fleetRecord(issue).reason ?? `set to ${issue.status} meanwhile`;

const triesOf = (issue: Issue | undefined): number => (issue === undefined ? 0 : (fleetRecord(issue).tries ?? 0));

const outcomesOf = ({ home }: Context, { task }: Handle): (OutcomeRecord | undefined)[] =>
  attemptsOf(home, task).map(({ dir }) => ifReadable(() => readOutcome(dir)));

/** What a person finds on the task beside its reason. A question is recorded as one, which is a comment already. */
function commentOn(
  handle: Handle,
  outcome: OutcomeRecord,
  disposition: Disposition,
  reason: string,
): string | undefined {
  if (outcome.kind === "question") return undefined;
  return disposition.kind === "block" ? failureComment(handle, outcome, reason) : unprovenComment(handle, outcome);
}

/** A failed check is said on the task each time; what else ended a try is in its record. */
function unprovenComment(handle: Handle, outcome: OutcomeRecord): string | undefined {
  if (outcome.kind !== "claimed-done-unproven" || checkComment(handle) === undefined) return undefined;
  return failureComment(handle, outcome, `attempt ${handle.ref.n}: ${outcome.reason}`);
}

function failureComment(handle: Handle, outcome: OutcomeRecord, reason: string): string {
  const checks = checkComment(handle);
  if (checks !== undefined) return `${reason}\n\n${checks}`;
  const stderr = outcome.becomes === "open" ? stderrTail(handle).split("\n").slice(-20).join("\n") : "";
  return stderr === "" ? reason : `${reason}\n\nThe end of standard error:\n${stderr}`;
}

/** The checks that did not pass, with the end of what they printed. */
function checkComment({ dir }: Handle): string | undefined {
  const failed = (readReceipt(dir)?.checks ?? []).filter(({ verdict }) => verdict !== "passed");
  if (failed.length === 0) return undefined;
  const end = (text: string): string => text.split("\n").slice(-20).join("\n");
  return failed.map(({ command, tail }) => `The end of what \`${command}\` printed:\n${end(tail)}`).join("\n\n");
}

function journal(
  context: Context,
  handle: Handle,
  outcome: OutcomeRecord,
  disposition: Disposition,
  reason: string,
): void {
  const attempt = `attempt ${handle.ref.n}`;
  switch (disposition.kind) {
    case "close":
      return context.journal.write("done", `${attempt}: ${reason}`, aboutAttempt(handle));
    case "block":
      return context.journal.write("blocked", `${attempt}: ${reason}`, aboutAttempt(handle));
    case "ask":
      return context.journal.write("asked", `${attempt}: ${reason}`, aboutAttempt(handle));
    case "retry": {
      // What a person did with the task says whether it is tried again at all.
      const until = outcome.becomes === "set-aside" ? undefined : disposition.notBefore;
      const when = until === undefined ? "" : ` (again from ${until})`;
      return context.journal.write(outcome.kind, `${attempt}: ${reason}${when}`, { ...aboutAttempt(handle), until });
    }
  }
}
