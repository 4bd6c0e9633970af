/** settle: brings a verdict into the store, once: it does nothing for an attempt that the store does not name any more. */
import { ifReadable } from "@fleet/kit/errors";
import { experimentOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import { settle, type Settlement } from "@fleet/store/ops/settle";

import { afterAttempt } from "../accounts/after-attempt.ts";
import { readResult, runDir, runsOf } from "../../../attempts/evidence/check-files.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { type OutcomeRecord, readOutcome } from "../../../attempts/records/record.ts";
import { readReceipt, type Receipt } from "../../../attempts/records/receipt.ts";
import { type Chance, fate } from "../../core/fate.ts";
import { readTaken } from "../../../attempts/records/taken.ts";
import { readWorkspace } from "../../../workspaces/record.ts";
import { LIFECYCLE } from "../../core/lifecycle.ts";
import { sessionToKeep } from "../../core/session.ts";
import { commentOn, journalLine, questionOf } from "../../core/settlement.ts";
import { lands } from "../../../landing/lands.ts";
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
    lands: await isToLand(context, looked.issue, outcome),
    isReviewed: isReviewed(context, handle, looked.issue),
    wall: context.clock.wall(),
    random: context.random(),
  };
  const { disposition, reason } = fate(LIFECYCLE, outcome, history, chance);
  const coder = coderNamed(context.config(), handle.coderName);
  const receipt = readReceipt(handle.dir);
  const ended = { n: handle.ref.n, outcome, disposition, reason };
  const comment = commentOn(ended, { checks: receipt?.checks, stderr: () => stderrTail(handle) });
  const session = sessionToKeep(outcome, history.outcomes, {
    coder,
    account,
    mayReturn: disposition.kind === "review" || disposition.kind === "land",
  });
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
      head: keptHead(context, handle),
      ...(disposition.kind === "ask" || disposition.kind === "review"
        ? { review: reviewOf(receipt, looked.issue, outcome) }
        : {}),
      comment: comment === undefined ? undefined : redact(comment),
      byPerson: outcome.kind === "killed",
      question: questionOf(outcome, looked.issue),
      ...(session === undefined ? {} : { session }),
      trailers: receiptTrailers(receipt, outcome),
    }),
  );
  if (result.kind !== "settled") return;
  const { event, text, until } = journalLine(ended, result.issue);
  context.journal.write(event, text, { ...aboutAttempt(handle), until });
  const { coderName: name, path } = handle;
  const setup = ranSetup(handle) ? setupProject(context.config(), handle.cwd)?.dir : undefined;
  countForBreakers(context, { looked: { coder: name, path }, dir: directoryOf(handle), setup }, outcome);
}

/** The commit of its files, of work in a clone: what is accepted is that, and nothing that became of the clone since. */
function keptHead({ home }: Context, { dir, task }: Handle): string | undefined {
  const taken = readWorkspace(home, task) === undefined ? undefined : readTaken(dir);
  return taken?.kind === "taken" ? taken.snapshot : undefined;
}

/** The command that sets up its workspace ran to its end in this attempt: of others it says nothing. */
const ranSetup = ({ dir }: Handle): boolean =>
  (runsOf(dir, "setup").get(1) ?? []).some((n) => {
    const verdict = readResult(runDir(dir, 1, n, "setup"))?.verdict;
    return verdict !== undefined && verdict !== "interrupted";
  });

/** An answer is in no file that could land, and what was there already is on its target. */
const LANDS_NOTHING: ReadonlySet<string | undefined> = new Set(["answer", "already-there"]);

const isToLand = async (context: Context, issue: Issue | undefined, { becomes, grade }: OutcomeRecord) =>
  issue !== undefined &&
  becomes === "closed" &&
  !LANDS_NOTHING.has(grade) &&
  (await lands(context, issue, context.config()));

/** A person is to see it first, or to pick it among others. */
const isReviewed = (context: Context, handle: Handle, issue: Issue | undefined): boolean =>
  settingsOf(context, handle, issue).value("review") === "person" ||
  (issue !== undefined && experimentOf(issue) !== undefined);

/** How often its task is tried, and how far apart. */
function triesAllowed(context: Context, handle: Handle, issue: Issue | undefined): Chance["config"] {
  const { value } = settingsOf(context, handle, issue);
  return {
    max_attempts: value("max_attempts"),
    retry_backoff: value("retry_backoff"),
    retry_backoff_max: value("retry_backoff_max"),
  };
}

/** What a person needs to judge the completion claim. */
function reviewOf(
  receipt: Receipt | undefined,
  issue: Issue | undefined,
  { missing = [], words = "" }: OutcomeRecord,
): Settlement["review"] {
  const claim = issue === undefined ? undefined : fleetRecord(issue).completion?.reason;
  return { claim: receipt?.closed_from_inside ?? claim ?? words, change: changeText(receipt), missing: [...missing] };
}

const triesOf = (issue: Issue | undefined): number => (issue === undefined ? 0 : (fleetRecord(issue).tries ?? 0));

const outcomesOf = ({ home }: Context, { task }: Handle): (OutcomeRecord | undefined)[] =>
  attemptsOf(home, task).map(({ dir }) => ifReadable(() => readOutcome(dir)));
