/** What is seen of an attempt that runs: its log, its limits, whether its work is over, whether it works at all. */
import { emptyFacts } from "@fleet/coders/facts";
import { fleetRecord, heldBy } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { openQuestions } from "@fleet/store/questions";

import { printedBytes } from "../../../attempts/records/output.ts";
import { readWarned } from "../../../attempts/records/record.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import { Tail } from "../../../attempts/stream/tail.ts";
import { waitedMs, waitsNow } from "../../../attempts/records/waits.ts";
import type { Limits } from "../../../settings/limits/limits.ts";
import type { Used } from "../../../attempts/limits/measure.ts";
import { coderNamed, type Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import type { Findings } from "./findings.ts";
import { groupOf, leaderPid, type ProcessTable } from "./process-table.ts";
import { FROZEN, watchFrozen } from "./frozen.ts";
import { isStillOpen, watchLife } from "./watch-life.ts";
import { knownWindow } from "./windows.ts";
import type { Running } from "../../core/world.ts";

/** What serves all attempts of one look. */
export interface Around {
  readonly table: ProcessTable;
  readonly findings: Findings;
}

/** Reads the log on, and remembers when the coder's closing line came. */
export function follow(context: Context, handle: Handle): void {
  const { record } = handle;
  if (record === undefined) return;
  handle.coder ??= coderNamed(context.config(), record.coder);
  if (handle.coder === undefined) return;
  handle.tail ??= new Tail(handle.dir, handle.coder, record.counted);
  handle.tail.read(context.clock.wall());
  const { result, background } = handle.tail.facts;
  if (result === undefined || result.mayGoOn === true || background > 0) handle.resultAt = undefined;
  else handle.resultAt ??= context.clock.monotonic();
}

export function running(
  context: Context,
  handle: Handle,
  issue: Issue | undefined,
  { table, findings }: Around,
): Running {
  const { record, tail } = handle;
  const finished =
    issue !== undefined &&
    heldBy(issue)?.uuid === handle.ref.uuid &&
    (fleetRecord(issue).completion !== undefined || issue.status === "blocked");
  if (finished) handle.finishedAt ??= context.clock.monotonic();
  // Its agent took the block back, and goes on. What can't be read says nothing.
  else if (issue !== undefined) handle.finishedAt = undefined;
  const { log_cap } = context.config();
  const tokens = tail?.facts.context;
  handle.window ??= record === undefined ? undefined : knownWindow(context.home, record.coder, record.model);
  const window = tail?.facts.window ?? handle.window;
  handle.warned ??= readWarned(handle.dir);
  const limits: Limits = { ...record?.limits, timeout: record?.timeout_ms ?? Infinity };
  const bytes = printedBytes(handle.dir);
  const stop = readStop(handle.dir);
  const isOver = stop !== undefined || handle.finishedAt !== undefined || handle.resultAt !== undefined;
  const leader = (): number => leaderPid(handle, context.clock.boot);
  const news = watchFrozen(context.clock, handle, { leader: leader(), group: groupOf(context, handle) });
  if (news !== undefined) findings.note(news, `attempt ${handle.ref.n}: ${FROZEN[news]}`, handle.task);
  if (isOver && stop === undefined && isStillOpen(context, handle, { issue, leader, vitals: table.vitals }))
    handle.openAt = context.clock.monotonic();
  const asks = issue === undefined ? undefined : asksNow(context, handle, issue);
  const watched = isOver ? undefined : watchLife(context, handle, { issue, asks, leader, vitals: table.vitals });
  findings.trouble(`liveness of ${handle.task}`, watched?.problem);
  return {
    startedAt: record?.monotonic ?? 0,
    away: waitedMs(handle.dir, context.clock.monotonic(), handle.waits, handle.away),
    limits,
    used: used(context, handle, bytes, asks !== undefined),
    warned: handle.warned,
    stop,
    termedAt: handle.termedAt,
    finishedAt: handle.finishedAt,
    resultAt: handle.resultAt,
    openAt: handle.openAt,
    printed: log_cap === undefined ? undefined : { bytes, cap: log_cap },
    context: tokens === undefined || window === undefined ? undefined : { tokens, window },
    shown: handle.life?.shown,
    liveness: watched?.verdict,
  };
}

/** The question to whose answer something of it waits at this moment. */
function asksNow({ clock }: Context, { dir, ref, waits }: Handle, issue: Issue): string | undefined {
  const open = openQuestions(issue, clock.wall());
  const mine = open.filter(({ state, question }) => state === "waiting" && question.attempt.uuid === ref.uuid);
  if (mine.length === 0) return undefined;
  const heard = new Set(waitsNow(dir, clock.wall(), waits).map(({ id }) => id));
  return mine.find(({ question }) => heard.has(question.id))?.question.text;
}

/** Its silence begins anew with a supervisor that takes it over: what it did meanwhile is not known. */
function used({ clock }: Context, handle: Handle, bytes: number, asks: boolean): Used {
  const now = clock.monotonic();
  // Who waits for a person is not idle.
  if (asks || handle.grew?.bytes !== bytes) handle.grew = { bytes, at: now };
  const { record, tail } = handle;
  const facts = tail?.facts ?? emptyFacts();
  const { tokens, usd } = record?.spent ?? { tokens: 0, usd: 0 };
  return {
    idle: now - handle.grew.at,
    turns: facts.turns,
    tokens: tokens + facts.input + facts.output,
    usd: usd + (facts.costUsd ?? 0),
  };
}
