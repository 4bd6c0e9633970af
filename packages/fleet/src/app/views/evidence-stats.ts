/** What `fleet stats --evidence` says: how tasks were closed, by coder and project, and which were sent back later. */
import { realDirectoriesNow } from "@fleet/kit/process/real-directories";
import { landingOf } from "@fleet/store/claims";
import { taskEvents } from "@fleet/store/history";
import type { Issue } from "@fleet/store/issue";

import { type Accepted, acceptedIn, type Now, type Tally } from "../../engine/core/accepted.ts";
import { cwdOf } from "../../engine/core/tasks.ts";
import type { Fleet } from "../open.ts";

/** A row of it; `--json` prints exactly this. */
export interface EvidenceRow {
  /** Null: the history does not say. */
  readonly coder: string | null;
  /** Its directory; null where its tasks have none, or are not there any more. */
  readonly project: string | null;
  /** Claims that were accepted, by fleet or by a person. */
  readonly accepted: number;
  readonly grades: Tally["grades"];
  /** Accepted, and sent back later: in all, and how. */
  readonly sent_back: Tally["sentBack"] & { readonly total: number };
  /** Claims that a person was asked about, and rejected. */
  readonly asked: number;
  readonly rejected: number;
  /** Claims that went back at once. */
  readonly unproven: number;
}

export interface EvidenceStats {
  readonly rows: readonly EvidenceRow[];
  /** Closed without an attempt's claim. */
  readonly closed_by_hand: number;
  /** Of the accepted, those of which the history does not say this. */
  readonly unknown: { readonly grade: number; readonly coder: number; readonly project: number };
  /** RFC 3339: the first and the last that was looked at. */
  readonly since: string | null;
  readonly until: string | null;
}

export function evidenceStats({ store }: Fleet): EvidenceStats {
  const snapshot = store.snapshot();
  const issues = snapshot.all();
  const projects = projectsOf(issues.map(cwdOf));
  const now = new Map(issues.map((issue) => [issue.id, nowOf(issue, projects)]));
  const events = taskEvents(store.gitDir, snapshot.tip);
  const accepted = acceptedIn(events, (task) => now.get(task) ?? GONE);
  const at = (index: number): string | null => {
    const found = events.at(index)?.at;
    return found === undefined ? null : new Date(found).toISOString();
  };
  return { ...viewOf(accepted), since: at(0), until: at(-1) };
}

const GONE: Now = { kind: "gone" };

function nowOf(issue: Issue, projects: ReadonlyMap<string, string>): Now {
  const kind = issue.status === "closed" ? "closed" : landingOf(issue) === undefined ? "open" : "landing";
  return { kind, project: projects.get(cwdOf(issue)) ?? null };
}

/**
 * By directory: the top of the working tree that it is in, else itself; by its name where it is not there, can't be looked at, or
 * gives no answer within the time that a person waits.
 */
function projectsOf(cwds: readonly string[]): ReadonlyMap<string, string> {
  const asked = [...new Set(cwds)].filter((cwd) => cwd !== "");
  const found = realDirectoriesNow(asked);
  return new Map(asked.map((cwd) => [cwd, found.get(cwd)?.tree ?? cwd]));
}

function viewOf({ rows, byHand }: Accepted): Omit<EvidenceStats, "since" | "until"> {
  const sum = (of: (row: Tally) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    rows: rows.map(rowOf).toSorted(byCount),
    closed_by_hand: byHand,
    unknown: {
      grade: sum(({ grades }) => grades.unknown),
      coder: sum((row) => (row.coder === undefined ? row.accepted : 0)),
      project: sum((row) => (row.project === undefined ? row.accepted : 0)),
    },
  };
}

function rowOf({ coder, project, accepted, grades, sentBack, asked, rejected, unproven }: Tally): EvidenceRow {
  const total = Object.values(sentBack).reduce((sum, count) => sum + count, 0);
  return {
    coder: coder ?? null,
    project: project ?? null,
    accepted,
    grades,
    sent_back: { total, ...sentBack },
    asked,
    rejected,
    unproven,
  };
}

/** The coder with most first, and of each the project with most. */
const byCount = (a: EvidenceRow, b: EvidenceRow): number =>
  (a.coder ?? "~").localeCompare(b.coder ?? "~") || b.accepted - a.accepted;
