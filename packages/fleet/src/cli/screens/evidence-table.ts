/** What `fleet stats --evidence` prints. Pure. */
import { counted } from "@fleet/kit/figures";
import { type Cell, table } from "@fleet/kit/table";
import { moment } from "@fleet/kit/when";
import { wrap } from "@fleet/kit/width";

import type { EvidenceRow, EvidenceStats } from "../../app/views/evidence-stats.ts";
import { painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

const HEAD = ["CODER", "PROJECT", "ACCEPTED", "SENT BACK", "ASKED", "NOT PROVEN", "GRADES"];

export function evidenceLines(stats: EvidenceStats, screen: Screen): string[] {
  const { c, width } = screen;
  const rows = byCoder(stats.rows).flatMap((rows) => (rows.length === 1 ? rows : [...rows, ...sumOf(rows)]));
  return [
    ...table(
      rows.map((row) => cells(row, screen)),
      { width, head: HEAD, paintHead: c.dim, shrink: [["PROJECT", 20]], drop: ["NOT PROVEN", "ASKED"], below: 24 },
    ),
    ...(rows.length === 0 ? ["No attempt has claimed to be done yet."] : ["", ...notes(stats, screen).map(c.dim)]),
  ];
}

/** Sorted by coder already. */
function byCoder(rows: readonly EvidenceRow[]): EvidenceRow[][] {
  const groups = new Map<string | null, EvidenceRow[]>();
  for (const row of rows) groups.set(row.coder, [...(groups.get(row.coder) ?? []), row]);
  return [...groups.values()];
}

const ALL = "(all)";

/** For the rows of one coder; never empty. */
function sumOf(rows: readonly EvidenceRow[]): EvidenceRow[] {
  const [first, ...others] = rows;
  return first === undefined ? [] : [{ ...others.reduce(added, first), project: ALL }];
}

function added(a: EvidenceRow, b: EvidenceRow): EvidenceRow {
  return {
    coder: a.coder,
    project: a.project,
    accepted: a.accepted + b.accepted,
    grades: sums(a.grades, b.grades),
    sent_back: sums(a.sent_back, b.sent_back),
    asked: a.asked + b.asked,
    rejected: a.rejected + b.rejected,
    unproven: a.unproven + b.unproven,
  };
}

function sums<K extends string>(a: Readonly<Record<K, number>>, b: Readonly<Record<K, number>>): Record<K, number> {
  const made: Record<K, number> = { ...a };
  for (const key in b) made[key] += b[key];
  return made;
}

function cells(row: EvidenceRow, { c }: Screen): Cell[] {
  const { coder, project, accepted, grades, sent_back: back, asked, rejected, unproven } = row;
  const given = Object.entries(grades).filter(([, count]) => count > 0);
  const share = accepted === 0 ? 0 : Math.round((back.total / accepted) * 100);
  return [
    coder ?? "(unknown)",
    project ?? "(unknown)",
    String(accepted),
    back.total === 0 ? "0" : painted(`${back.total} (${share}%)`, c.yellow),
    asked === 0 ? "0" : `${asked}${rejected === 0 ? "" : ` (${rejected} rejected)`}`,
    String(unproven),
    given.map(([grade, count]) => `${grade} ${count}`).join(", "),
  ];
}

function notes({ closed_by_hand: byHand, unknown, since, until }: EvidenceStats, { width, now }: Screen): string[] {
  const at = (written: string): string => moment(Date.parse(written), now);
  const span = since === null || until === null ? "" : ` From ${at(since)} to ${at(until)}.`;
  const untold = Object.entries(unknown).filter(([, count]) => count > 0);
  return [
    `Accepted: a task was closed, or sent to land, with an attempt's work. Sent back: it was reopened, retried or claimed again after that.${span}`,
    ...(byHand === 0
      ? []
      : [`${counted(byHand, "task")} closed by hand, without an attempt's claim, not counted above.`]),
    ...(untold.length === 0
      ? []
      : [`The history does not say: ${untold.map(([what, count]) => `the ${what} of ${count}`).join(", ")}.`]),
  ].flatMap((line) => wrap(line, width));
}
