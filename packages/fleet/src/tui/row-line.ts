/** A row of each part as a line, in columns that are the same for all parts. Pure. */
import { duration } from "@fleet/kit/duration";
import { short, usdText } from "@fleet/kit/figures";
import { localTimes, moment } from "@fleet/kit/when";
import { widthOf } from "@fleet/kit/width";

import { isNear, measureText, millis } from "../app/terms.ts";
import type { FinishedRow, NeedRow } from "../app/views/top.ts";
import type { TaskRow } from "../app/views/overview.ts";
import { withModel } from "../cli/attempt-words.ts";
import { type Colours, contextHue, livenessHue } from "../cli/style.ts";
import { cell, lineOf, type Span } from "./line.ts";
import type { Row } from "./rows.ts";

/** Cells of the columns that depend on what there is. */
export interface Sizes {
  readonly id: number;
  readonly project: number;
  readonly coder: number;
  readonly title: number;
}

export interface RowLook {
  readonly c: Colours;
  readonly sizes: Sizes;
  readonly columns: number;
  readonly isWide: boolean;
  readonly isMarked: boolean;
  readonly isCursor: boolean;
  /** Filled up to its end: something stands beside it. */
  readonly isFull: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const GAP: Span = { text: "  " };
const spaced = (spans: readonly Span[]): Span[] =>
  spans.filter(({ text }) => text !== "").flatMap((span, at) => (at === 0 ? [span] : [GAP, span]));

/** By so many columns the text of a row begins to lose others. */
const ROOMY = 100;

/** Why, or what it does, whole: for the line that tells it of the row below the cursor. */
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

export function rowLine(row: Row, look: RowLook): string {
  const { c, columns, isCursor, isMarked, isFull } = look;
  // Never by colour alone: the row that keys are for is pointed at, too.
  const lead = `${isCursor ? ">" : " "}${isMarked ? "*" : " "}`;
  const spans = [{ text: lead, paint: plain }, ...spaced(cellsOf(row, look))];
  return isCursor
    ? c.bold(
        lineOf(
          spans.map(({ text }) => ({ text })),
          columns,
          isFull,
        ),
      )
    : lineOf(spans, columns, isFull);
}

const plain = (text: string): string => text;

function cellsOf(row: Row, look: RowLook): Span[] {
  switch (row.part) {
    case "needs":
      return needCells(row.need, look);
    case "running":
      return runningCells(row.task, look);
    case "finished":
      return finishedCells(row.done, look);
  }
}

/** As wide as what stands in them, and no wider than leaves room for why, or for what is done. */
export function sizesFor(rows: readonly Row[], columns: number): Sizes {
  const longest = (texts: readonly string[], most: number): number =>
    Math.min(most, Math.max(0, ...texts.map((text) => widthOf(text))));
  const all = rows.map(factsOf);
  const isNarrow = columns < 80;
  return {
    id: longest(
      all.map(({ id }) => id),
      isNarrow ? 12 : 18,
    ),
    project: longest(
      all.map(({ project }) => project),
      16,
    ),
    coder: longest(
      all.map(({ coder }) => coder),
      isNarrow ? 8 : 16,
    ),
    title: longest(
      all.map(({ title }) => title),
      Math.max(12, Math.floor((columns - 30) * 0.4)),
    ),
  };
}

function factsOf(row: Row): {
  readonly id: string;
  readonly project: string;
  readonly coder: string;
  readonly title: string;
} {
  switch (row.part) {
    case "needs":
      return { ...row.need, id: row.need.id ?? "" };
    case "running":
      return { ...row.task, coder: withModel(row.task.coder, row.task.model) };
    case "finished":
      return row.done;
  }
}

function needText({ reason, options }: NeedRow, now: number): string {
  const offered = options.length === 0 ? "" : ` (${options.map((text, at) => `${at + 1} ${text}`).join(", ")})`;
  return `${localTimes(reason, now)}${offered}`;
}

const nearLimits = ({ limits }: TaskRow): string[] =>
  (limits ?? []).filter(isNear).map((one) => `near its limit: ${measureText(one)}`);

/** What an agent says needs no name in front of it, and what it types into a shell shows by itself what it is. */
function doingText(task: TaskRow): string {
  const { liveness, reason, last_action: action } = task;
  const life = liveness === null || liveness.kind === "working" ? undefined : liveness.text;
  const doing = reason ?? life ?? (action ?? "").replace(/^(?:text|bash|shell): /i, "");
  return [...nearLimits(task), doing].filter((part) => part !== "").join("; ");
}

function needCells(need: NeedRow, look: RowLook): Span[] {
  const { c, now, columns, sizes } = look;
  const age = need.since === null ? "" : duration(Math.max(0, now - millis(need.since)));
  const kind = cell(NEED_WORDS[need.kind], 8, WAITED_FOR.has(need.kind) ? c.yellow : plain);
  const reason = { text: needText(need, now) };
  if (need.id === null)
    return [kind, cell("", columns < 80 ? 0 : 7), ...(need.title === "" ? [] : [{ text: need.title }]), reason];
  return [
    kind,
    cell(age, columns < 80 ? 5 : 7, c.dim),
    cell(need.id, sizes.id),
    ...(columns >= ROOMY ? [cell(need.project, sizes.project, c.dim)] : []),
    cell(need.title, sizes.title),
    reason,
  ];
}

/** Somebody waits for a word, or for a judgement. */
const WAITED_FOR: ReadonlySet<NeedRow["kind"]> = new Set(["question", "asked", "review"]);

/** As what a row of the first part is listed. */
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

function runningCells(task: TaskRow, look: RowLook): Span[] {
  const { c, columns, isWide, sizes } = look;
  const { liveness, context_percent: context } = task;
  const word = liveness === null ? "unknown" : liveness.kind === "dead" ? "ended" : liveness.kind;
  const ifRoom = (least: number, ...cells: Span[]): Span[] => (isWide || columns >= least ? cells : []);
  return [
    cell(word, 8, liveness === null ? plain : livenessHue(c, liveness.kind)),
    cell(task.elapsed_ms === null ? "" : duration(task.elapsed_ms), columns < 80 ? 5 : 7),
    cell(task.id, sizes.id),
    ...ifRoom(ROOMY, cell(task.project, sizes.project, c.dim)),
    ...ifRoom(80, cell(withModel(task.coder, task.model), sizes.coder)),
    ...ifRoom(140, cell(task.quiet_ms === null ? "" : duration(task.quiet_ms), 6)),
    ...ifRoom(
      ROOMY,
      cell(context === null ? "" : `${context}%`, 4, context === null ? undefined : contextHue(c, context)),
    ),
    ...ifRoom(140, cell(task.tokens === null ? "" : short(task.tokens), 6)),
    ...ifRoom(120, cell(task.cost_usd === null ? "" : usdText(task.cost_usd), 7)),
    cell(task.title, sizes.title),
    { text: doingText(task), ...(nearLimits(task).length > 0 ? { paint: c.yellow } : {}) },
  ];
}

function finishedCells(done: FinishedRow, look: RowLook): Span[] {
  const { c, now, columns, sizes } = look;
  const { checks, files, added, deleted } = done;
  const size =
    files === null
      ? ""
      : `${files} ${files === 1 ? "file" : "files"}${added === null ? "" : ` +${added} −${deleted ?? 0}`}`;
  const tested =
    checks === null
      ? ""
      : checks.failed > 0
        ? `${checks.failed} failed`
        : checks.passed > 0
          ? `${checks.passed} passed`
          : "";
  return [
    cell(done.grade ?? "closed", 8, done.grade === null ? c.dim : c.green),
    cell(moment(millis(done.closed_at), now), columns < 80 ? 5 : 7, c.dim),
    cell(done.id, sizes.id),
    ...(columns >= ROOMY ? [cell(done.project, sizes.project, c.dim)] : []),
    cell(done.title, sizes.title),
    ...(columns >= 80 ? [cell(size, 16)] : []),
    ...(columns >= ROOMY ? [cell(tested, 9, (checks?.failed ?? 0) > 0 ? c.red : c.green)] : []),
    { text: done.reason ?? "", paint: c.dim },
  ];
}
