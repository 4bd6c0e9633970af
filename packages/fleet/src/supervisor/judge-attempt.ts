/** outcome: everything of the attempt is gone; read the evidence, judge, write receipt and verdict. */
import { join } from "node:path";

import { emptyFacts } from "@fleet/coders/facts";
import { nextAt } from "@fleet/coders/clock";
import type { Capabilities, Classification, CoderExit } from "@fleet/coders/coder";
import { type FleetRecord, fleetRecord } from "@fleet/store/claims";

import { judge } from "../attempt/judge.ts";
import type { Outcome } from "../attempt/outcome.ts";
import { readExit, readStop, stoppedAt, writeOutcome, writeReceipt } from "../attempt/record.ts";
import { readEnd, readText } from "../files.ts";
import { coderNamed, type Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { claimOf, lookUp, pidOf, stderrPath } from "./observe.ts";
import { rememberWindow } from "./windows.ts";
import { START_ERROR } from "./start-attempt.ts";

const TAIL_BYTES = 4096;

/** The end of what the coder printed on standard error. */
export function stderrTail(handle: Handle): string {
  return (readEnd(stderrPath(handle), TAIL_BYTES) ?? "").trim();
}

/** What is asked of a coder that is no longer in the settings. */
const FORGOTTEN: Capabilities = {
  prompt: "script",
  resumes: false,
  reportsTools: false,
  reportsUsage: false,
  reportsCost: false,
  reportsLimits: false,
  needsTerminal: false,
  exitZero: "nothing",
};

/**
 * The completion claim, while the attempt held the task. One that came after a person had stopped the attempt is too
 * late: what the person said stands.
 */
function completionOf({ completion }: FleetRecord, handle: Handle): string | undefined {
  if (completion === undefined || completion.uuid !== handle.ref.uuid) return undefined;
  const stop = readStop(handle.dir);
  const byPerson = stop?.kind === "killed" || stop?.kind === "by-hand";
  return byPerson && Date.parse(completion.at) > (stoppedAt(handle.dir) ?? Infinity) ? undefined : completion.reason;
}

/** A limit that names only a time of day ends at the next such time. */
function withMoment(classification: Classification, now: Date): Classification {
  if (
    classification.kind !== "rate-limited" ||
    classification.until !== undefined ||
    classification.clock === undefined
  )
    return classification;
  const until = nextAt(classification.clock, now);
  return until === undefined ? classification : { ...classification, until };
}

export function judgeAttempt(context: Context, handle: Handle): void {
  const { dir } = handle;
  const looked = lookUp(context.store.snapshot(), handle.task);
  if (looked.kind === "unknown") throw new Error(`not judged: ${looked.why}`);
  const { issue } = looked;
  const held = claimOf(looked, handle.ref.uuid) === "held";
  const coder = coderNamed(context.config(), handle.record?.coder ?? handle.coderName);
  const wall = context.clock.wall();
  handle.tail?.finish(wall);
  const facts = handle.tail?.facts ?? emptyFacts();
  const exit = readExit(dir);
  const coderExit: CoderExit = exit === undefined ? { kind: "unseen" } : { kind: "exited", code: exit.code };
  const startError = readText(join(dir, START_ERROR))?.trim();
  const completion = held && issue !== undefined ? completionOf(fleetRecord(issue), handle) : undefined;
  const fenced = pidOf(handle).kind === "fenced";
  const classification: Classification = coder?.classify(coderExit, facts, stderrTail(handle)) ?? {
    kind: "failed",
    reason: `there is no coder ${handle.coderName} any more`,
  };
  const stop = readStop(dir);
  const outcome: Outcome =
    fenced && startError !== undefined && stop === undefined
      ? { kind: "spawn-failed", reason: startError, counts: true, becomes: "open" }
      : judge({
          end: fenced ? "fenced" : exit === undefined ? "unseen" : "exited",
          stop,
          classification: withMoment(classification, new Date(wall)),
          facts,
          capabilities: coder?.capabilities ?? FORGOTTEN,
          completion,
          held,
          status: issue?.status,
          notes: issue?.notes,
        });
  writeReceipt(dir, {
    ...(completion === undefined ? {} : { closed_from_inside: completion }),
    tools_finished: facts.toolsFinished,
    reports_tools: coder?.capabilities.reportsTools ?? false,
    ...(exit === undefined ? {} : { exit_code: exit.code }),
    verdict: outcome.kind,
  });
  const { record: attempt } = handle;
  if (attempt !== undefined && facts.window !== undefined)
    rememberWindow(context.home, attempt.coder, attempt.model, facts.window);
  writeOutcome(dir, {
    kind: outcome.kind,
    reason: outcome.reason,
    becomes: outcome.becomes,
    counts: outcome.counts,
    ...(outcome.until === undefined ? {} : { until: outcome.until }),
    ...(outcome.parks === undefined ? {} : { parks: outcome.parks }),
    at: new Date(wall).toISOString(),
    duration_ms:
      attempt === undefined || attempt.boot !== context.clock.boot ? 0 : context.clock.monotonic() - attempt.monotonic,
    ...(exit === undefined ? {} : { exit_code: exit.code }),
    usage: {
      input: facts.input,
      output: facts.output,
      ...(facts.costUsd === undefined ? {} : { cost_usd: facts.costUsd }),
      ...(facts.context === undefined ? {} : { context: facts.context }),
      ...(facts.window === undefined ? {} : { window: facts.window }),
    },
    ...(facts.session === undefined ? {} : { session: facts.session }),
  });
  handle.tail?.close();
}
