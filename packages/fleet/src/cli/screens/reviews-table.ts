/** What `fleet review` prints: what waits for a person, and the remarks on a task's lines. Pure. */
import { duration } from "@fleet/kit/duration";
import { counted } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { someOf } from "@fleet/kit/text";
import { moment } from "@fleet/kit/when";
import { wrap } from "@fleet/kit/width";

import { millis } from "../../app/terms.ts";
import type { RemarkRow, ReviewPage } from "../../app/views/review-page.ts";
import type { ReviewRow } from "../../app/views/reviews.ts";
import { checksText, linesText } from "../attempt-words.ts";
import type { Screen } from "./tasks-table.ts";

const HEAD = ["TASK", "WAITS", "GRADE", "CHECKS", "LINES", "FILES", "RISK", "TITLE"];

export function reviewsTable(rows: readonly ReviewRow[], { c, width, now }: Screen): string[] {
  return table(
    rows.map((row) => cells(row, now)),
    { width, head: HEAD, paintHead: c.dim, shrink: [["RISK", 20]], drop: ["FILES", "LINES"], below: 30 },
  );
}

function cells(row: ReviewRow, now: number): Cell[] {
  return [
    row.id,
    duration(Math.max(0, now - millis(row.at))),
    row.voided === null ? (row.grade ?? "not proven") : "changed since",
    checksText(row.checks),
    linesText({ added: row.added ?? undefined, deleted: row.deleted ?? undefined }),
    row.files === null ? "" : String(row.files),
    riskText(row),
    row.title,
  ];
}

const NAMED = 3;

/** Tasks it may conflict with; empty where none are known. */
function riskText({ risk }: Pick<ReviewRow, "risk">): string {
  const { target, tasks, unknown } = risk;
  if (unknown) return "unknown";
  return [
    ...(target.length === 0 ? [] : [`target: ${someOf(target, NAMED)}`]),
    ...tasks.map(({ id, files }) => `${id}: ${someOf(files, NAMED)}`),
  ].join("; ");
}

/** What comes before the receipt. */
export function reviewHead(
  { id, title }: ReviewPage["issue"],
  row: ReviewRow | undefined,
  width: number,
  now: number,
): string {
  if (row === undefined) return wrap(`${id}  ${title}`, width).join("\n");
  const { state, at, grade, missing, voided, approve_with, reject_with } = row;
  const risk = riskText(row);
  const lines = [
    state === "review"
      ? `done (${grade ?? ""}), and waits for review since ${moment(millis(at), now)}`
      : `says it is done, and that is not proven: ${missing.join("; ")}`,
    ...(voided === null
      ? []
      : [`${voided.by} approved it at ${moment(millis(voided.at), now)}; changed since: ${someOf(voided.moved, 10)}`]),
    ...(risk === "" || row.risk.unknown ? [] : [`may conflict with ${risk}`]),
    approve_with,
    reject_with,
  ];
  return [...wrap(`${id}  ${title}`, width), ...lines.flatMap((line) => indented(line, width))].join("\n");
}

const indented = (text: string, width: number, by = "  "): string[] =>
  text.split("\n").flatMap((line) => wrap(line, width - by.length).map((part) => `${by}${part}`));

/** Each with its line, and the answers below it. */
export function remarkLines(remarks: readonly RemarkRow[], width: number, now: number): string[] {
  if (remarks.length === 0) return [];
  const open = remarks.filter((one) => one.open).length;
  return [
    `${counted(remarks.length, "remark")}${open === 0 ? "" : `, ${open} open`}:`,
    ...remarks.flatMap((one) => [
      "",
      `  ${one.mark} ${one.path}:${one.line}${one.state === "outdated" ? ", outdated: the line is another now" : ""}`,
      ...indented(`> ${one.text}`, width, "    "),
      ...indented(`${one.by}, ${moment(millis(one.at), now)}: ${one.words}`, width, "    "),
      ...one.replies.flatMap(({ by, at, text }) =>
        indented(`${by}, ${moment(millis(at), now)}: ${text}`, width, "      "),
      ),
    ]),
  ];
}
