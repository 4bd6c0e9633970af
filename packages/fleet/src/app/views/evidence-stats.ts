/** What `fleet stats --evidence` says: how tasks were closed, by coder and project, and which were sent back later. */
import { dirname } from "node:path";

import { ifReadable } from "@fleet/kit/errors";
import { dotGit } from "@fleet/kit/git/dot-git";
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
  const projects = new Map<string, string | null>();
  const now = new Map(snapshot.all().map((issue) => [issue.id, nowOf(issue, projects)]));
  const events = taskEvents(store.gitDir, snapshot.tip);
  const accepted = acceptedIn(events, (task) => now.get(task) ?? GONE);
  const at = (index: number): string | null => {
    const found = events.at(index)?.at;
    return found === undefined ? null : new Date(found).toISOString();
  };
  return { ...viewOf(accepted), since: at(0), until: at(-1) };
}

const GONE: Now = { kind: "gone" };

function nowOf(issue: Issue, projects: Map<string, string | null>): Now {
  const cwd = cwdOf(issue);
  const project = projects.get(cwd) ?? projectAt(cwd);
  projects.set(cwd, project);
  return { kind: issue.status === "closed" ? "closed" : "open", project };
}

/** The top of the working tree that the directory is in, else the directory; by its name where it can't be looked at. */
function projectAt(cwd: string): string | null {
  if (cwd === "") return null;
  const git = ifReadable(() => dotGit(cwd));
  return git === undefined ? cwd : dirname(git);
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
