/** Formats the rows of a part, one line each, with the table that other commands use. Pure. */
import { duration } from "@fleet/kit/duration";
import { counted, short, usdText } from "@fleet/kit/figures";
import { type Cell, type Layout, type Paint, table } from "@fleet/kit/table";
import { localTimes, moment } from "@fleet/kit/when";
import { widthOf } from "@fleet/kit/width";

import { millis } from "../app/terms.ts";
import type { FinishedRow, NeedRow } from "../app/views/top.ts";
import type { TaskRow } from "../app/views/overview.ts";
import { withModel } from "../cli/attempt-words.ts";
import { doingText, nearLimit, SHRINK } from "../cli/screens/tasks-table.ts";
import { type Colours, contextHue, livenessHue } from "../cli/style.ts";
import { once, type Row } from "./rows.ts";

export interface RowLook {
  readonly c: Colours;
  /** Width of the longest id in all parts. */
  readonly ids: number;
  readonly columns: number;
  /** Show all columns, regardless of the width. */
  readonly isWide: boolean;
  /** Pad to the full width, because a pane is beside it. */
  readonly isFull: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Shown {
  readonly row: Row;
  readonly isMarked: boolean;
  readonly isCursor: boolean;
}

/** The whole reason or action, for the line that shows the cursor's row. */
export function tellingOf(row: Row, now: number): string {
  switch (row.part) {
    case "needs":
      return needText(row.need, now);
    case "running":
      return `${row.task.title}: ${doingText(row.task)}`;
    case "finished":
      return `${row.done.title}: ${row.done.reason ?? "closed"}`;
  }
}

/** Width of the cursor mark, and of the selection mark. */
const LEAD = 2;
/** Fixed widths of columns whose content changes: what they usually need, so that nothing jumps while it is read. */
const ROOMY = [
  ["KIND", 8],
  ["STATE", 8],
  ["GRADE", 8],
  ["AGE", 5],
  ["TIME", 5],
  ["CLOSED", 5],
  ["QUIET", 5],
  ["CTX", 4],
  ["TOKENS", 5],
  ["COST", 6],
  ["REASON", 44],
  ["LAST ACTION", 44],
] as const;

const idWidth = once(({ id }: Row): number => widthOf(id ?? ""));
export const longestId = (rows: readonly Row[]): number => rows.reduce((most, row) => Math.max(most, idWidth(row)), 0);

interface Columns {
  readonly head: readonly string[];
  /** Columns dropped first on a narrow terminal. */
  readonly drop: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** For the rows of one part, in order. */
export function rowLines(shown: readonly Shown[], look: RowLook): string[] {
  // A fleet-wide row has neither task nor title; its reason takes that space.
  const [first] = shown;
  if (first === undefined) return [];
  const isOfFleet = ({ row }: Shown): boolean => row.part === "needs" && row.need.id === null;
  const other = shown.findIndex((one) => isOfFleet(one) !== isOfFleet(first));
  if (other > 0) return [...rowLines(shown.slice(0, other), look), ...rowLines(shown.slice(other), look)];
  const { head, drop, rows } = columnsOf(
    shown.map(({ row }) => row),
    look,
  );
  return linesOf(shown, rows, look, {
    width: look.columns - LEAD,
    head,
    isHeadless: true,
    roomy: [...ROOMY, ["ID", look.ids]],
    shrink: shrinkFor(look.columns),
    drop: look.isWide ? [] : drop,
    single: look.isFull ? "filled" : "cut",
  });
}

/** On a narrow terminal the reason gets the title's space. */
const shrinkFor = (columns: number): NonNullable<Layout["shrink"]> =>
  SHRINK.map(([head, least]) => [head, head === "TITLE" && columns < 100 ? Math.max(12, columns - 60) : least]);

const plain: Paint = (text) => text;

function linesOf(shown: readonly Shown[], rows: Columns["rows"], look: RowLook, layout: Layout): string[] {
  const { c } = look;
  const most = look.columns * UNITS;
  const painted = table(
    rows.map((row, at) => row.map((one) => bounded(shown[at]?.isCursor === true ? uncoloured(one) : one, most))),
    layout,
  );
  return painted.map((line, at) => {
    const { isCursor = false, isMarked = false } = shown[at] ?? {};
    // Not by colour alone: the cursor's row also has a mark.
    const whole = `${isCursor ? ">" : " "}${isMarked ? "*" : " "}${line}`;
    return isCursor ? c.bold(whole) : whole;
  });
}

/** UTF-16 units read for each cell, more than one mostly needs. The rest is not measured: an agent may have written megabytes. */
const UNITS = 8;

const bounded = (one: Cell, most: number): Cell =>
  typeof one === "string" ? one.slice(0, most) : { ...one, text: one.text.slice(0, most) };

const uncoloured = (one: Cell): string => (typeof one === "string" ? one : one.text);

const cell = (text: string, paint: Paint): Cell => ({ text, paint });

/** For one whole part; `rowLines` is called for each row. */
function columnsOf(rows: readonly Row[], look: RowLook): Columns {
  const needs = rows.flatMap((row) => (row.part === "needs" ? [row.need] : []));
  const running = rows.flatMap((row) => (row.part === "running" ? [row.task] : []));
  const finished = rows.flatMap((row) => (row.part === "finished" ? [row.done] : []));
  if (needs.length > 0)
    return {
      head: ["KIND", "AGE", "ID", "PROJECT", "TITLE", "REASON"],
      drop: ["PROJECT"],
      rows: needs.map((need) => needCells(need, look)),
    };
  if (running.length > 0)
    return {
      head: ["STATE", "TIME", "ID", "PROJECT", "CODER", "QUIET", "CTX", "TOKENS", "COST", "TITLE", "LAST ACTION"],
      drop: ["COST", "TOKENS", "PROJECT", "QUIET", "CTX", "CODER"],
      rows: running.map((task) => runningCells(task, look)),
    };
  return {
    head: ["GRADE", "CLOSED", "ID", "PROJECT", "TITLE", "LINES", "CHECKS", "REASON"],
    drop: ["PROJECT", "CHECKS", "LINES"],
    rows: finished.map((done) => finishedCells(done, look)),
  };
}

function needText({ reason, options }: NeedRow, now: number): string {
  const offered = options.length === 0 ? "" : ` (${options.map((text, at) => `${at + 1} ${text}`).join(", ")})`;
  return `${localTimes(reason, now)}${offered}`;
}

function needCells(need: NeedRow, { c, now }: RowLook): Cell[] {
  const age = need.since === null ? "" : duration(Math.max(0, now - millis(need.since)));
  const kind = cell(NEED_WORDS[need.kind], WAITED_FOR.has(need.kind) ? c.yellow : plain);
  return [
    kind,
    cell(age, c.dim),
    need.id ?? "",
    cell(need.project ?? "", c.dim),
    need.title ?? "",
    needText(need, now),
  ];
}

/** Waits for an answer or a review. */
const WAITED_FOR: ReadonlySet<NeedRow["kind"]> = new Set(["question", "asked", "review"]);

/** The word for a row of the first part. */
const NEED_WORDS: Readonly<Record<NeedRow["kind"], string>> = {
  question: "asks",
  asked: "asked",
  review: "review",
  landing: "land",
  retry: "blocked",
  held: "held",
  fleet: "fleet",
  account: "account",
};

function runningCells(task: TaskRow, { c }: RowLook): Cell[] {
  const { liveness, context_percent: context } = task;
  const word = liveness === null ? "unknown" : liveness.kind === "dead" ? "ended" : liveness.kind;
  return [
    cell(word, liveness === null ? plain : livenessHue(c, liveness.kind)),
    task.elapsed_ms === null ? "" : duration(task.elapsed_ms),
    task.id,
    cell(task.project ?? "", c.dim),
    withModel(task.coder, task.model),
    task.quiet_ms === null ? "" : duration(task.quiet_ms),
    context === null ? "" : cell(`${context}%`, contextHue(c, context)),
    task.tokens === null ? "" : short(task.tokens),
    task.cost_usd === null ? "" : usdText(task.cost_usd),
    task.title,
    cell(doingText(task), nearLimit(task) === "" ? plain : c.yellow),
  ];
}

function finishedCells(done: FinishedRow, { c, now }: RowLook): Cell[] {
  const { checks } = done;
  return [
    cell(done.grade ?? "closed", done.grade === null ? c.dim : c.green),
    cell(moment(millis(done.closed_at), now), c.dim),
    done.id,
    cell(done.project ?? "", c.dim),
    done.title,
    sizeText(done),
    checks === null ? "" : cell(testedText(checks), checks.failed > 0 ? c.red : c.green),
    cell(done.reason ?? "", c.dim),
  ];
}

function sizeText({ files, added, deleted }: FinishedRow): string {
  const lines = added === null ? "" : ` +${added} −${deleted ?? 0}`;
  return files === null ? "" : `${counted(files, "file")}${lines}`;
}

function testedText({ passed, failed }: NonNullable<FinishedRow["checks"]>): string {
  if (failed > 0) return `${failed} failed`;
  return passed > 0 ? `${passed} passed` : "";
}
