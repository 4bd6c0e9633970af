/** Observes a running attempt: its log, its limits, whether its work is over, whether it works at all. */
import { emptyFacts, type Facts } from "@fleet/coders/facts";
import { heldBy } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import { openQuestions } from "@fleet/store/questions";

import type { Contents } from "../../../attempts/records/contents.ts";
import { printedBytes } from "../../../attempts/records/output.ts";
import { type AttemptRecord, readWarned } from "../../../attempts/records/record.ts";
import { readStop } from "../../../attempts/records/stop.ts";
import { besideOf } from "../../../attempts/evidence/beside.ts";
import { readOverlaps } from "../../../attempts/evidence/files.ts";
import { changeLine } from "../../../attempts/protect/changes.ts";
import { elsewhereOf } from "../../../attempts/protect/others.ts";
import { isTraceFull } from "../../../attempts/ran/ran.ts";
import { Tail } from "../../../attempts/stream/tail.ts";
import { type Span, unreadWaits, waitedMs, waitsNow, withSpan } from "../../../attempts/records/waits.ts";
import { readWorked } from "../../../attempts/records/worked.ts";
import type { Used } from "../../../attempts/limits/measure.ts";
import { coderNamed, type Context } from "../loop/context.ts";
import type { Handle } from "../loop/handle.ts";
import type { Findings } from "./findings.ts";
import { groupOf, leaderPid, type ProcessTable } from "./process-table.ts";
import { FROZEN, lookFrozen } from "./frozen.ts";
import { movedAt } from "./glance.ts";
import { lookOpen, watchLife } from "./watch-life.ts";
import { runSettings } from "./run-settings.ts";
import type { ModelFacts } from "./model-facts.ts";
import { finishing, ranBefore } from "../../core/advance.ts";
import type { Frozen, Running } from "../../core/attempt.ts";
import type { RunSeen } from "../../core/attempt-seen.ts";
import { type Life, workBetween } from "../../core/life.ts";
import { passOver } from "../../core/away.ts";
import { aboutAttempt } from "../state/journal.ts";

/** Shared by all attempts of one tick. */
export interface Around {
  readonly table: ProcessTable;
  readonly findings: Findings;
  readonly models: ModelFacts;
  /** Milliseconds since the machine's start. */
  readonly uptime: number;
}

/** Reads the log on. */
export function follow(context: Context, { dir, open }: Handle, record: AttemptRecord): void {
  open.coder ??= coderNamed(context.config(), record.coder);
  if (open.coder === undefined) return;
  open.tail ??= new Tail(dir, open.coder, record.counted, record.price);
  open.tail.read(context.clock.wall());
}

/** The closing line came, and its coder does nothing in the background. */
function isResulted({ open }: Handle): boolean {
  const { result, background = 0 } = open.tail?.facts ?? {};
  return result !== undefined && result.mayGoOn !== true && background === 0;
}

interface Living extends Pick<RunSeen, "record" | "wrapper" | "orphaned"> {
  /** Its wrapper is surely the process of that number. */
  readonly isAlive: boolean;
  readonly contents: Contents;
  readonly issue: Issue | undefined;
}

/** Check for stopped processes first: their time shifts all remembered times. */
export function running(
  context: Context,
  held: Handle,
  living: Living,
  { table, findings, models, uptime }: Around,
): RunSeen {
  const { record, wrapper, isAlive, orphaned, issue, contents } = living;
  const now = context.clock.monotonic();
  const leader = (): number => (isAlive ? wrapper.pid : leaderPid(held, context.clock.boot));
  const last = held.state.kind === "running" ? movedAt(held) : stoodStill(held);
  const { frozen, away, news } = lookFrozen(now, last, { leader, group: groupOf(context, held) });
  if (news !== undefined) findings.note(news, `attempt ${held.ref.n}: ${FROZEN[news]}`, aboutAttempt(held));
  const handle = away === undefined ? held : passOver(held, away);
  const before = ranBefore(handle.state);
  const { logCap, contextThreshold } = runSettings(context, handle, issue);

  const tail = handle.open.tail;
  const finished =
    issue === undefined
      ? undefined
      : heldBy(issue)?.uuid === handle.ref.uuid &&
        (fleetRecord(issue).completion !== undefined || issue.status === "blocked");
  const over = { finished, resulted: isResulted(handle) };
  const { finishedAt, resultAt } = finishing(before, over, now);
  const window = before?.window ?? models("windows", record);
  const bytes = printedBytes(handle.dir);
  const stop = contents.hasStop ? readStop(handle.dir) : undefined;
  const isOver = stop !== undefined || finishedAt !== undefined || resultAt !== undefined;
  const asks = issue === undefined ? undefined : asksNow(context, handle, issue);
  const around = { issue, life: before?.life, leader, usage: table.usage, uptime };
  const open = isOver && stop === undefined ? lookOpen(context, handle, before?.acts, around) : undefined;
  const watched = isOver ? undefined : watchLife(context, handle, { ...around, asks });
  findings.trouble(`liveness of ${handle.task}`, watched?.problem);
  findings.trouble(`waits of ${handle.task}`, contents.hasWaits ? unreadWaits(handle.dir) : undefined);
  const guarded = changed(context, handle, { cwd: record.cwd, now, findings });
  if (isTraceFull(handle.dir)) findings.add({ kind: "bound-trace", dir: handle.dir });
  const isWaiting = asks !== undefined && before?.asked === true;
  const known = before?.worked ?? readWorked(handle.dir);
  const span = isWaiting ? workedSince(before, watched?.life) : undefined;
  const worked = span === undefined ? known : withSpan(known, span);
  return {
    record,
    wrapper,
    orphaned,
    away,
    frozen,
    ...over,
    open,
    stop,
    limits: { ...record.limits, timeout: record.timeout_ms },
    // Concurrent work is not waiting.
    waited: waitedMs(handle.dir, now, {
      hasWaits: contents.hasWaits,
      over: handle.open.waits,
      also: handle.away,
      worked,
      since: record.monotonic,
      longest: context.config().max_wait,
    }),
    used: used(record, tail?.facts ?? emptyFacts()),
    asks: asks !== undefined,
    worked,
    ...(guarded.length === 0 ? {} : { touched: guarded }),
    printed: { bytes, cap: logCap },
    warned: before?.warned ?? readWarned(handle.dir),
    context: {
      tokens: tail?.facts.context,
      window: tail?.facts.window ?? window,
      threshold: contextThreshold,
    },
    window,
    life: open?.life ?? watched?.life ?? before?.life,
    liveness: watched?.verdict,
  };
}

/** Protected files that the attempt changed. If somebody unknown changed them, it is logged and the attempt continues. */
function changed(
  { home }: Context,
  { task, dir, open }: Handle,
  { cwd, now, findings }: { readonly cwd: string; readonly now: number; readonly findings: Findings },
): string[] {
  const others = () => [...besideOf(home, readOverlaps(dir)), ...elsewhereOf(home, dir)];
  const found = open.guarded.look(now, cwd, others);
  const unknown = found.filter(({ whose }) => whose === "unknown").map(changeLine);
  const told = `this is protected, and was changed while it ran, by whom is not known: ${unknown.join("; ")}`;
  findings.trouble(`what is protected beside ${task}`, unknown.length === 0 ? undefined : told);
  return found.filter(({ whose }) => whose === "own").map(changeLine);
}

/** Processes still stopped as the previous supervisor saw them have been stopped all the time; others may have worked. */
const stoodStill = ({ open: { frozenAt } }: Handle): Frozen | undefined =>
  frozenAt === undefined ? undefined : { at: frozenAt, is: false };

const workedSince = ({ life: before }: Running, life: Life | undefined): Span | undefined =>
  before === undefined || life === undefined ? undefined : workBetween(before, life);

/** The question to whose answer something of it waits at this moment. */
function asksNow({ clock }: Context, { dir, ref, open: { waits } }: Handle, issue: Issue): string | undefined {
  const mine = openQuestions(issue, clock.wall()).filter(
    ({ state, question }) => state === "waiting" && question.attempt.uuid === ref.uuid,
  );
  if (mine.length === 0) return undefined;
  const heard = new Set(waitsNow(dir, clock.wall(), waits).map(({ id }) => id));
  return mine.find(({ question }) => heard.has(question.id))?.question.text;
}

function used({ spent }: AttemptRecord, facts: Facts): Used {
  const { tokens, usd } = spent ?? { tokens: 0, usd: 0 };
  return {
    turns: facts.turns,
    tokens: tokens + facts.input + facts.output,
    usd: usd + (facts.costUsd ?? 0),
  };
}
