/** Reads an attempt's files, for its receipt and its verdict. */
import { changesIn } from "../protect/watch.ts";
import type { ProtectedChange } from "../protect/changes.ts";
import { elsewhereOf } from "../protect/others.ts";
import { toolSpans } from "../protect/spans.ts";
import { elsewhere } from "../ran/elsewhere.ts";
import { readRan } from "../ran/ran.ts";
import type { GitRan } from "../ran/trace.ts";
import type { OnBase } from "../records/on-base.ts";
import type { AttemptRecord } from "../records/record.ts";
import { commandsOf } from "./asked.ts";
import { type Attribution, attributed, namesOf } from "./attributed.ts";
import { besideOf } from "./beside.ts";
import { changedBetween, type Changes } from "./changes.ts";
import { readResult, readRun, runDir, runsOf } from "./check-files.ts";
import { type CheckState, stateOf } from "./check-plan.ts";
import { answerIn, deliverFile, type Delivered, readAnswer } from "./deliverable.ts";
import { type Overlap, readAfter, readBefore, readChecked, readOverlaps } from "./files.ts";
import type { Listing } from "./listing.ts";
import { withEarlier } from "./of-task.ts";
import { taskChanges } from "./task-changes.ts";
import { type ToolsRan, toolsRan } from "./tools.ts";

/** `at`: when its last run began, in milliseconds since 1970. */
type Settled = Extract<CheckState, { kind: "settled" }> & { readonly at?: number | undefined };

export interface Seen {
  /** Since the work of the task began, whichever of its attempts did it. Undefined: it was not looked at before or after. */
  readonly changes: Changes | undefined;
  /** Differs since then, and by none of its attempts for sure. */
  readonly between?: readonly string[];
  /** The same of this attempt alone. */
  readonly own: Changes | undefined;
  /** An earlier attempt began it, and where it did is known. */
  readonly goesOn: boolean;
  /** Paths that earlier attempts changed since. */
  readonly earlier: ReadonlySet<string>;
  readonly tools: ToolsRan;
  readonly reportsTools: boolean;
  /** It continues in the session of an earlier attempt. */
  readonly resumed: boolean;
  readonly overlapped: readonly Overlap[];
  readonly checks: readonly Settled[];
  /** Paths that this attempt itself changed: all differences, or, with concurrent attempts, those its tools and commits name. */
  readonly mine: readonly string[];
  /** The answer that it was to write into a file, as far as there is one. */
  readonly answered: Delivered | undefined;
  /** How what is to be proven failed where the task began. */
  readonly onBase: readonly OnBase[];
  /** Paths that its checks changed; undefined if unknown, or if none ran. */
  readonly byChecks: readonly string[] | undefined;
  /** Beside others: what it did, and what may be another's. */
  readonly apart: Attribution | undefined;
  /** Where its git worked and what it did does not count, a line on each. */
  readonly elsewhere: readonly string[];
  /** Its git commands; undefined if unknown. */
  readonly ran?: GitRan | undefined;
  /** Where its work is measured from, and where HEAD was at its end. */
  readonly span?: Span | undefined;
  /** Protected files that changed. */
  readonly guarded: readonly ProtectedChange[];
  /** This attempt's name and those of the others. */
  readonly names: string;
}

interface Span {
  readonly from: "git" | "directory";
  /** RFC 3339: when it was looked at. */
  readonly at: string;
  /** Commits; undefined where there is none. */
  readonly base: string | undefined;
  readonly head: string | undefined;
}

/** `home`: of the fleet, where the records of those are that were at work in the same place. */
export function seenOf(home: string, dir: string, record: AttemptRecord | undefined, reportsTools: boolean): Seen {
  const before = readBefore(dir);
  const after = readAfter(dir);
  const cwd = record?.cwd;
  const until = after === undefined ? Infinity : Date.parse(after.at);
  const overlapped = readOverlaps(dir).filter(({ at }) => at <= until);
  const [tools, ran] = [toolsRan(dir), readRan(dir)];
  const looked = { before, after, ran, tools, isAlone: overlapped.length === 0 };
  const { all, changes, own, between, began, earlier } = taskChanges(home, dir, record, looked);
  const goesOn = all !== undefined;
  const runs = runsOf(dir);
  const checks = (record?.asked === undefined ? [] : commandsOf(record.asked)).flatMap((_, i) => {
    const dirs = (runs.get(i + 1) ?? []).map((n) => runDir(dir, i + 1, n));
    const state = stateOf(dirs.flatMap((at) => readResult(at) ?? []));
    const last = dirs.at(-1);
    return state.kind === "settled" ? [{ ...state, at: last === undefined ? undefined : readRun(last)?.at }] : [];
  });
  const names = namesOf([...(record === undefined ? [] : [record]), ...overlapped]);
  const answered = record === undefined ? undefined : fileAnswer(record);
  const [resumed, onBase] = [record?.resumed === true, record?.on_base ?? []];
  const moves = after?.kind === "git" ? after.moves : undefined;
  const { commits = [], paths = [] } = changes ?? {};
  const here = { cwd: cwd ?? "/", moves: moves ?? [], top: before?.top ?? "/", commits, paths, until };
  const others = besideOf(home, overlapped);
  const told = {
    written: tools.written,
    cwd: cwd ?? "/",
    ran: () => ran,
    others: () => [...others, ...elsewhereOf(home, dir)],
  };
  const guarded = changesIn(dir, told);
  const away = ran === undefined ? [] : elsewhere(ran, here);
  const checked = overlapped.length === 0 ? readChecked(dir) : undefined;
  const byChecks =
    after === undefined || checked === undefined || cwd === undefined ? undefined : changedBetween(cwd, after, checked);
  const seen = {
    changes,
    between,
    own,
    goesOn,
    earlier: earlier.paths,
    tools,
    reportsTools,
    resumed,
    overlapped,
    checks,
    names,
    answered,
    onBase,
    elsewhere: away,
    byChecks,
    guarded,
    ran,
    span: spanOf(goesOn ? began : before, after),
  };
  if (overlapped.length === 0) return { ...seen, apart: undefined, mine: changes?.paths ?? [] };
  const alone = attributed({
    cwd: cwd ?? "/",
    changes: own,
    moves,
    top: before?.top ?? "/",
    written: tools.written,
    worded: tools.worded,
    spans: reportsTools ? toolSpans(dir) : undefined,
    ran,
    others,
    until,
  });
  const apart = withEarlier(alone, all, earlier);
  return { ...seen, apart, mine: apart.mine };
}

function spanOf(began: Listing | undefined, after: Listing | undefined): Span | undefined {
  if (began === undefined || began.kind === "blind") return undefined;
  if (began.kind === "files") return { from: "directory", at: began.at, base: undefined, head: undefined };
  return { from: "git", at: began.at, base: began.head, head: after?.kind === "git" ? after.head : undefined };
}

function fileAnswer({ asked, cwd, answer_before: before }: AttemptRecord): Delivered | undefined {
  const wanted = answerIn(asked?.expect ?? []);
  return wanted?.kind === "file" ? deliverFile(wanted.file, readAnswer(cwd, wanted.file), before) : undefined;
}
