/** settle: brings a verdict into the store, once: it does nothing for an attempt that the store does not name any more. */
import { ifReadable } from "@fleet/kit/errors";
import { fleetRecord } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { settle, type Disposition } from "@fleet/store/ops/settle";

import { moment } from "@fleet/kit/duration";
import { afterAttempt } from "../accounts/after-attempt.ts";
import { RULES } from "../../../attempts/records/outcome.ts";
import { attemptsOf } from "../../../attempts/records/paths.ts";
import { type OutcomeRecord, readOutcome, readReceipt } from "../../../attempts/records/record.ts";
import { SAME_IN_A_ROW, sameInARow, UNCOUNTED_IN_A_ROW, uncountedInARow } from "../../core/repeats.ts";
import { holdOf, RETRY } from "../../core/retry-table.ts";
import { someOf } from "@fleet/kit/text";
import { backoff, HANDS_OFF } from "../../core/backoff.ts";
import { countForBreakers } from "../state/breaker-file.ts";
import { act, attemptActor, coderNamed, type Context, redactorFor } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import { stderrTail } from "./evidence-of.ts";
import { lookUp } from "../observe/look-up.ts";
import { realOr } from "../observe/observe.ts";

export async function settleAttempt(context: Context, handle: Handle): Promise<void> {
  const judged = readOutcome(handle.dir);
  if (judged === undefined) return;
  const account = handle.record?.account ?? handle.account;
  const redact = redactorFor(context, handle);
  const outcome = { ...judged, reason: redact(judged.reason) };
  afterAttempt(context, handle, outcome);
  const looked = lookUp(context.store.snapshot(), handle.task);
  if (looked.kind === "unknown") throw new Error(`not settled: ${looked.why}`);
  const tries = triesOf(looked.issue);
  const { disposition, reason } = fate(context, handle, outcome, tries);
  const rule = RULES[outcome.kind];
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
      comment: comment === undefined ? undefined : redact(comment),
      byPerson: outcome.kind === "killed",
      // Its stream had the question; one that it put to fleet is on record already.
      question: outcome.kind === "question" && looked.issue?.status === "in_progress" ? outcome.reason : undefined,
      ...(rule.resume && coder?.capabilities.resumes === true && session !== undefined
        ? { session: { id: session, coder: coder.name, account } }
        : {}),
      trailers: receiptTrailers(handle, outcome),
    }),
  );
  if (result.kind !== "settled") return;
  // Answered while the attempt was still ending.
  const isBack = disposition.kind === "block" && result.issue.status === "open";
  const isKept = disposition.kind === "close" && result.issue.status !== "closed";
  if (isKept) context.journal.write("kept", `attempt ${handle.ref.n}: ${reasonOf(result.issue)}`, handle.task);
  else journal(context, handle, outcome, isBack ? { kind: "retry", notBefore: undefined } : disposition, reason);
  const { coderName: name, path, record } = handle;
  countForBreakers(context, { coder: name, path }, record?.cwd ?? realOr(handle.cwd), outcome);
}

const reasonOf = (issue: Issue): string => fleetRecord(issue).reason ?? `set to ${issue.status} meanwhile`;

const triesOf = (issue: Issue | undefined): number => (issue === undefined ? 0 : (fleetRecord(issue).tries ?? 0));

interface Fate {
  readonly disposition: Disposition;
  readonly reason: string;
}

function fate(context: Context, handle: Handle, outcome: OutcomeRecord, triesBefore: number): Fate {
  const config = context.config();
  const wall = context.clock.wall();
  const at = (millis: number): Disposition => ({ kind: "retry", notBefore: new Date(millis).toISOString() });
  switch (outcome.becomes) {
    case "closed":
      return { disposition: { kind: "close", reason: outcome.reason }, reason: outcome.reason };
    case "blocked":
      return { disposition: { kind: "block" }, reason: outcome.reason };
    case "keep":
      return { disposition: { kind: "retry", notBefore: undefined }, reason: outcome.reason };
    case "set-aside":
      return { disposition: at(wall + HANDS_OFF), reason: outcome.reason };
    case "open": {
      // Nothing came of starting it, for a reason outside of it: not at once again, so that it can't spin.
      const { pause } = RETRY[outcome.kind];
      const again = pause === "one-pause" || pause === "at-once" ? uncountedInARow(outcomesOf(context, handle)) : 0;
      // Whoever puts it back gives it as many again.
      if (again > 0 && again % UNCOUNTED_IN_A_ROW === 0)
        return {
          disposition: { kind: "block" },
          reason: `${outcome.kind} ${again} times in a row, of which none counts as a try; the last: ${outcome.reason}`,
        };
      if (pause === "one-pause")
        return { disposition: at(wall + backoff(config, 1, context.random())), reason: outcome.reason };
      // What the coder's account forbids holds up the coder, not this one task: it is ready again at once.
      if (!outcome.counts) return { disposition: { kind: "retry", notBefore: undefined }, reason: outcome.reason };
      const tries = triesBefore + 1;
      // Tries that `fleet retry` forgave are not held against it, nor what a breaker waits out.
      const isBreakers = ["coder", "directory"].includes(holdOf(outcome));
      const same = isBreakers ? 0 : Math.min(tries, sameInARow(outcomesOf(context, handle)));
      if (tries < config.max_attempts && same >= SAME_IN_A_ROW)
        return {
          disposition: { kind: "block" },
          reason: `${outcome.kind} the same way ${same} times in a row: ${outcome.reason}`,
        };
      if (tries < config.max_attempts)
        return { disposition: at(wall + backoff(config, tries, context.random())), reason: outcome.reason };
      return {
        disposition: { kind: "block" },
        reason: `${outcome.kind} ${tries} time${tries === 1 ? "" : "s"}, the last: ${outcome.reason}`,
      };
    }
  }
}

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

/** A trailer is one line of the history, for people: longer lists end with how many more there are. */
const MOST_NAMED = 20;

function receiptTrailers(handle: Handle, outcome: OutcomeRecord): (readonly [string, string])[] {
  const { usage } = outcome;
  const receipt = readReceipt(handle.dir);
  const tools = receipt?.tools_finished ?? 0;
  const spent = usage.input + usage.output === 0 ? "" : `, ${usage.input + usage.output} tokens`;
  const exit = outcome.exit_code === undefined ? "no exit status" : `exit ${outcome.exit_code}`;
  const { files, commits = [], checks = [], overlapped = [] } = receipt ?? {};
  const made = commits.map(({ hash }) => hash.slice(0, 10)).join(" ");
  const beside = someOf(
    overlapped.map(({ task, n }) => `${task} attempt ${n}`),
    MOST_NAMED,
  );
  return [
    ["Fleet-Receipt", `${exit}, ${tools} tools, ${Math.round(outcome.duration_ms / 1000)} s${spent}`],
    ...((files?.count ?? 0) === 0 ? [] : [["Fleet-Changed", `${files?.count} files (${files?.from})`] as const]),
    ...(made === "" ? [] : [["Fleet-Commits", made] as const]),
    ...checks.map(
      ({ command, verdict, ms }) =>
        ["Fleet-Check", `${verdict} in ${(ms / 1000).toFixed(1)} s: ${command.replaceAll(/\s+/g, " ")}`] as const,
    ),
    ...(beside === "" ? [] : [["Fleet-Overlapped", beside] as const]),
  ];
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
      return context.journal.write("done", `${attempt}: ${reason}`, handle.task);
    case "block":
      return context.journal.write("blocked", `${attempt}: ${reason}`, handle.task);
    case "retry": {
      const when =
        // What a person did with the task says whether it is tried again at all.
        disposition.notBefore === undefined || outcome.becomes === "set-aside"
          ? ""
          : ` (again from ${moment(disposition.notBefore, context.clock.wall())})`;
      return context.journal.write(outcome.kind, `${attempt}: ${reason}${when}`, handle.task);
    }
  }
}
