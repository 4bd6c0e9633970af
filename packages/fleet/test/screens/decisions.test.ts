/** The screens that a person decides by: what waits for review, tasks that do the same, how well proofs held, what holds for a task. */
import type { Issue } from "@fleet/store/issue";
import { asStatus, asType } from "@fleet/store/status";
import { expect, it } from "vitest";

import type { EvidenceRow } from "../../src/app/views/evidence-stats.ts";
import type { ComparedTask } from "../../src/app/views/experiment.ts";
import type { RemarkRow } from "../../src/app/views/review-page.ts";
import type { ReviewRow } from "../../src/app/views/reviews.ts";
import { effectiveView } from "../../src/app/views/effective.ts";
import { effectiveLines } from "../../src/cli/screens/effective-table.ts";
import { evidenceLines } from "../../src/cli/screens/evidence-table.ts";
import { experimentLines } from "../../src/cli/screens/experiment-table.ts";
import { remarkLines, reviewHead, reviewsTable } from "../../src/cli/screens/reviews-table.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { ago, fitting, hues, NOW } from "../support/screens.ts";

const issue = (id: string, title: string): Issue => ({
  id,
  title,
  status: asStatus("open"),
  priority: 2,
  issue_type: asType("task"),
  created_at: ago(900),
  updated_at: ago(9),
});

const review: ReviewRow = {
  id: "fleet-1a2",
  title: "Refactor the session store so that it expires logins",
  state: "review",
  attempt: 2,
  at: ago(95),
  grade: "checked",
  claim: "logins expire after an hour",
  change: "3 files changed",
  missing: [],
  added: 120,
  deleted: 8,
  files: 3,
  checks: [{ command: "npm test", verdict: "passed" }],
  open_remarks: 1,
  voided: null,
  review_with: "fleet review fleet-1a2",
  approve_with: "fleet approve fleet-1a2",
  reject_with: 'fleet reject fleet-1a2 -m "…"',
  risk: {
    target: ["src/session.ts"],
    tasks: [{ id: "fleet-3b4", files: ["src/session.ts", "src/store.ts"] }],
    unknown: false,
  },
};
const asked: ReviewRow = {
  ...review,
  id: "fleet-7d8",
  title: "Fix the login timeout that users of the new session store have met since last week",
  state: "asked",
  grade: null,
  claim: null,
  missing: ["nothing changed in src/session.ts, which was expected", "npm test failed"],
  added: null,
  deleted: null,
  files: null,
  checks: [],
  risk: { target: [], tasks: [], unknown: true },
};
const voided: ReviewRow = { ...review, voided: { by: "ann", at: ago(20), moved: ["src/session.ts"] } };
const remark: RemarkRow = {
  mark: "a1",
  path: "src/session.ts",
  line: 42,
  state: "outdated",
  open: true,
  text: "const AGE = 60 * 60 * 1000; // an hour, as the page on sessions says, which nobody has read since it was written",
  head: null,
  by: "ann",
  at: ago(30),
  words: "Why an hour?\nThe page says five minutes.",
  replies: [{ by: "claude/1234", at: ago(10), text: "The page is about logouts.", agents: true }],
};

const compared: ComparedTask = {
  id: "fleet-9e0.1",
  title: "Expire logins",
  coder: "claude",
  model: "claude-opus-4-20250514",
  state: "to pick",
  attempts: 1,
  outcome: "done",
  grade: "checked",
  checks: [{ command: "npm test", verdict: "passed" }],
  duration_ms: 252_000,
  tokens: 67_420,
  cost_usd: 0.2908,
  added: 120,
  deleted: 8,
  files: ["src/session.ts", "src/store.ts"],
  common: [{ id: "fleet-9e0.2", files: ["src/session.ts"] }],
  unverified: [],
};
const other: ComparedTask = {
  ...compared,
  id: "fleet-9e0.2",
  coder: "codex",
  model: null,
  state: "running",
  outcome: null,
  grade: null,
  checks: [],
  duration_ms: null,
  tokens: null,
  cost_usd: null,
  added: null,
  deleted: null,
  files: null,
  common: [],
  unverified: ["no check was run", "what is outside of its working tree"],
};

const counts = { proved: 0, checked: 7, expected: 0, changed: 4, answer: 0, "already-there": 0 };
const grades = { ...counts, accepted: 1, active: 0, "exit-0": 0, unknown: 0 };
const accepted: EvidenceRow = {
  coder: "claude",
  project: "/src/a-project-with-a-long-name",
  accepted: 12,
  grades,
  sent_back: { reopened: 1, retried: 1, otherwise: 0, total: 2 },
  asked: 3,
  rejected: 1,
  unproven: 4,
};

fitting({
  reviews: { lines: (screen) => reviewsTable([review, asked], screen) },
  review: {
    plain: true,
    lines: ({ width, now }) => [
      reviewHead(issue("fleet-1a2", review.title), voided, width, now),
      "",
      reviewHead(issue("fleet-7d8", asked.title), asked, width, now),
      "",
      ...remarkLines([remark], width, now),
    ],
  },
  experiment: { lines: (screen) => experimentLines([compared, other], screen) },
  evidence: {
    lines: (screen) =>
      evidenceLines(
        {
          rows: [accepted, { ...accepted, project: null, accepted: 1 }],
          closed_by_hand: 1,
          unknown: { grade: 1, coder: 0, project: 2 },
          since: ago(60 * 24 * 9),
          until: ago(5),
        },
        screen,
      ),
  },
  effective: {
    lines: (screen) => {
      const { settings } = effectiveView(DEFAULTS, { ...issue("fleet-1a2", "t"), metadata: { coder: "claude" } });
      const problems = [
        "limits: usd: a lot is no number above nothing (write 0.50, or 5), so it is as if it were not there",
      ];
      return effectiveLines({ id: "fleet-1a2", settings: settings.slice(0, 12), problems }, screen);
    },
  },
});

it.each([80, 100, 160])("of tasks that do the same each has one line in %i columns", (width) => {
  const lines = experimentLines([compared, other], { c: hues(true), width, now: NOW });
  expect(lines.indexOf("")).toBe(3);
});
