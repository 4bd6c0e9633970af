/** outcome: everything of the attempt is gone; read the evidence, judge, write receipt and verdict. */
import type { Redact } from "@fleet/kit/redact";
import { ShortageError } from "@fleet/kit/shortage";
import { isBlank } from "@fleet/kit/text";

import { mayBeHit, answerTo, claimsDone, type Evidence } from "../../core/judge.ts";
import { judgement } from "../../core/judgement.ts";
import type { Answer } from "../../core/answer.ts";
import { writeOutcome } from "../../../attempts/records/record.ts";
import { type Receipt, writeReceipt } from "../../../attempts/records/receipt.ts";
import { freeStop } from "../../../attempts/records/stop.ts";
import type { Delivered, Words } from "../../../attempts/evidence/deliverable.ts";
import { keepAnswer } from "../../../attempts/evidence/kept-answer.ts";
import { identityOf, makeReceipt, usedInAll } from "../../../attempts/evidence/receipt.ts";
import { usedByAll } from "../../../attempts/limits/of-task.ts";
import { seenOf } from "../../../attempts/evidence/seen.ts";
import { deliverableOf, shownBy } from "../../../attempts/evidence/shown-by.ts";
import { type Context, redactorFor } from "../loop/context.ts";
import { gather } from "./evidence-of.ts";
import { burstAround } from "./hit-of.ts";
import { recordOf } from "../../core/attempt.ts";
import type { Handle } from "../loop/handle.ts";
import { claimOf, lookUp } from "../observe/look-up.ts";
import { remember } from "../observe/model-facts.ts";

/** False while it is not to be judged yet. `all`: the attempts that are looked after. */
export function judgeAttempt(context: Context, handle: Handle, all: readonly Handle[]): boolean {
  const { dir, open } = handle;
  const attempt = recordOf(handle);
  const looked = lookUp(context.store.snapshot(), handle.task);
  if (looked.kind === "unknown") throw new Error(`not judged: ${looked.why}`);
  const gathered = gather(context, handle, looked.issue, claimOf(looked, handle.ref.uuid) === "held");
  open.tail?.write();
  const { facts } = gathered.evidence;
  const seen = seenOf(context.home, dir, attempt, gathered.evidence.capabilities.reportsTools);
  const claimed = claimsDone(gathered.evidence);
  const burst = mayBeHit(gathered.evidence) ? burstAround(context, handle, all) : undefined;
  const words = { closing: gathered.evidence.completion, last: facts.result?.text ?? facts.lastText };
  const evidence = {
    ...gathered.evidence,
    burst,
    level: attempt?.asked?.evidence,
    shown: shownBy(seen, attempt?.asked, claimed, words),
  };
  const found = judgement({ ...gathered, evidence });
  if (found.kind !== "judged") return found.kind === "check-due";
  const { outcome, lacked } = found;
  if (lacked !== undefined) context.short?.(new ShortageError(lacked, outcome.reason), `run ${handle.task}`);
  const wall = context.clock.wall();
  const told = {
    duration_ms:
      attempt === undefined || attempt.boot !== context.clock.boot ? 0 : context.clock.monotonic() - attempt.monotonic,
    usage: {
      input: facts.input,
      output: facts.output,
      ...(facts.costUsd === undefined ? {} : { cost_usd: facts.costUsd }),
      ...(facts.turns === undefined ? {} : { turns: facts.turns }),
      ...(facts.context === undefined ? {} : { context: facts.context }),
      ...(facts.window === undefined ? {} : { window: facts.window }),
    },
    ...(gathered.short ? { short: true } : {}),
    ...(gathered.exitCode === undefined ? {} : { exit_code: gathered.exitCode }),
  };
  const redact = redactorFor(context, handle);
  const own = { ...told.usage, usd: facts.costUsd ?? 0, ms: told.duration_ms };
  const receipt = {
    ...(attempt === undefined ? {} : identityOf(attempt)),
    at: new Date(wall).toISOString(),
    ...(isBlank(evidence.completion ?? "") ? {} : { closed_from_inside: evidence.completion }),
    tools_finished: facts.toolsFinished,
    reports_tools: evidence.capabilities.reportsTools,
    verdict: outcome.kind,
    ...(attempt?.unguarded === undefined ? {} : { unguarded: attempt.unguarded }),
    ...(outcome.grade === undefined ? {} : { grade: outcome.grade }),
    ...told,
    ...makeReceipt(seen, {
      outside: evidence.shown.outside,
      missing: claimed ? missingIn(answerTo(evidence)) : [],
      claim: claimed ? claimIn(evidence, words) : undefined,
    }),
    all: usedInAll(own, usedByAll(context.home, handle.task, handle.ref.uuid)),
  };
  writeReceipt(dir, receipt, redact);
  if (outcome.kind === "done" || outcome.kind === "asked")
    keepDelivered(context, handle, deliverableOf(seen, attempt?.asked, words), redact);
  if (attempt !== undefined) {
    remember(context.home, "windows", attempt, facts.window);
    remember(context.home, "prices", attempt, facts.price);
  }
  const verdict = {
    kind: outcome.kind,
    reason: outcome.reason,
    becomes: outcome.becomes,
    counts: outcome.counts,
    ...(outcome.until === undefined ? {} : { until: outcome.until }),
    ...(outcome.parks === undefined ? {} : { parks: outcome.parks }),
    ...(outcome.holds === undefined ? {} : { holds: outcome.holds }),
    ...(outcome.grade === undefined ? {} : { grade: outcome.grade }),
    ...(outcome.missing === undefined ? {} : { missing: outcome.missing }),
    ...(outcome.words === undefined ? {} : { words: outcome.words }),
    at: new Date(wall).toISOString(),
    ...told,
    ...(facts.session === undefined ? {} : { session: facts.session }),
  };
  writeOutcome(dir, verdict, redact);
  freeStop(dir);
  open.tail?.close();
  return true;
}

/** Before the verdict: a task that is closed with its answer has one. */
function keepDelivered(context: Context, handle: Handle, delivered: Delivered | undefined, redact: Redact): void {
  if (delivered?.kind !== "there") return;
  const { file, text } = delivered;
  const at = new Date(context.clock.wall()).toISOString();
  const answer = { attempt: handle.ref.n, ...(file === undefined ? {} : { file }), text, at };
  keepAnswer(context.home, handle.task, answer, redact);
}

function claimIn({ completion, noChange }: Evidence, { last }: Words): Receipt["claim"] {
  if (completion === undefined) return { how: "ended", words: last };
  return { how: noChange === true ? "no-change" : "closed", words: completion };
}

const missingIn = (found: Answer): readonly string[] => (found.kind === "believed" ? [] : found.missing);
