/** outcome: everything of the attempt is gone; read the evidence, judge, write receipt and verdict. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { emptyFacts } from "@fleet/coders/facts";
import { nextAt } from "@fleet/coders/clock";
import type { Classification, CoderExit } from "@fleet/coders/coder";
import { fleetRecord, heldBy } from "@fleet/store/claims";

import { judge } from "../attempt/judge.ts";
import type { Outcome } from "../attempt/outcome.ts";
import { readExit, readPid, readStop, writeOutcome, writeReceipt } from "../attempt/record.ts";
import { readText } from "../files.ts";
import { coderNamed, type Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { stderrPath } from "./observe.ts";
import { rememberWindow } from "./windows.ts";
import { START_ERROR } from "./start-attempt.ts";

const TAIL_BYTES = 4096;

/** The end of what the coder printed on standard error. */
export function stderrTail(handle: Handle): string {
  const path = stderrPath(handle);
  if (!existsSync(path)) return "";
  return readFileSync(path).subarray(-TAIL_BYTES).toString("utf8").trim();
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
  const issue = context.store.snapshot().issue(handle.task);
  const record = issue === undefined ? {} : fleetRecord(issue);
  const held =
    issue !== undefined &&
    heldBy(issue)?.uuid === handle.ref.uuid &&
    issue.status !== "open" &&
    issue.status !== "closed";
  const coder = coderNamed(context.config(), handle.record?.coder ?? handle.coderName);
  const wall = context.clock.wall();
  handle.tail?.finish(wall);
  const facts = handle.tail?.facts ?? emptyFacts();
  const exit = readExit(dir);
  const coderExit: CoderExit = exit === undefined ? { kind: "unseen" } : { kind: "exited", code: exit.code };
  const startError = readText(join(dir, START_ERROR))?.trim();
  const completion = held && record.completion?.uuid === handle.ref.uuid ? record.completion.reason : undefined;
  const fenced = readPid(dir).kind === "fenced";
  const outcome: Outcome =
    fenced && startError !== undefined
      ? { kind: "spawn-failed", reason: startError, counts: true, becomes: "open" }
      : coder === undefined
        ? { kind: "failed", reason: `there is no coder ${handle.coderName} any more`, counts: true, becomes: "open" }
        : judge({
            end: fenced ? "fenced" : exit === undefined ? "unseen" : "exited",
            stop: readStop(dir),
            classification: withMoment(coder.classify(coderExit, facts, stderrTail(handle)), new Date(wall)),
            facts,
            capabilities: coder.capabilities,
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
    ...outcome,
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
  });
  handle.tail?.close();
}
