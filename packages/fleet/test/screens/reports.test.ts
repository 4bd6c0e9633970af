/** The screens of single questions: accounts, attempts side by side, why a task waits, what would be deleted, who asks what. */
import type { Issue } from "@fleet/store/issue";
import { asStatus } from "@fleet/store/status";
import { expect, it } from "vitest";
import { inMemory } from "../../../store/test/support.ts";

import { describeReceipt } from "../../src/attempts/evidence/describe.ts";
import type { QuestionRow } from "../../src/attempts/questions/describe.ts";
import type { AskedRow } from "../../src/app/views/asked.ts";
import type { AccountRow } from "../../src/app/views/accounts.ts";
import type { AttemptRow } from "../../src/app/views/compare.ts";
import type { CoderRow } from "../../src/app/views/coders.ts";
import { settingRows } from "../../src/app/views/settings.ts";
import { detailLines } from "../../src/bd/details.ts";
import { readyLines } from "../../src/bd/verbs/ready.ts";
import { askedLines } from "../../src/cli/screens/asked-rows.ts";
import { coderLines } from "../../src/cli/screens/coders-table.ts";
import { settingsLines } from "../../src/cli/screens/settings-table.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import type { Config } from "../../src/settings/schema.ts";
import { flatLine, treeLine } from "../../src/bd/text.ts";
import type { StatusReport } from "../../src/app/views/status.ts";
import { statusText } from "../../src/cli/screens/status-text.ts";
import { accountLines } from "../../src/cli/screens/accounts-table.ts";
import { collectedLines } from "../../src/cli/screens/collected.ts";
import { compareLines } from "../../src/cli/screens/compare-table.ts";
import { explanationLines } from "../../src/cli/screens/explanation.ts";
import { ago, fitting, hues, MINUTE, NOW } from "../support/screens.ts";

const later = (minutes: number): string => new Date(NOW + minutes * MINUTE).toISOString();
const REFUSED =
  "API Error: Request rejected (429) · This request would exceed your account's rate limit. Please try again later.";

const account = (name: string, over: Partial<AccountRow>): AccountRow => ({
  name,
  coder: "claude",
  state: "free",
  until: null,
  reason: null,
  windows: {},
  running: 0,
  limited: [],
  max: null,
  spent_today: { usd: 0, tokens: 0 },
  daily: null,
  daily_share: null,
  secrets: [],
  problem: null,
  ...over,
});
const ACCOUNTS = [
  account("claude", {
    running: 2,
    max: 3,
    limited: [{ task: "fleet-1a2", by: REFUSED }],
    spent_today: { usd: 4.2, tokens: 1_300_000 },
    daily: { usd: 5, tokens: null },
    daily_share: 0.84,
    windows: { five_hour: { utilization: 0.8, resets: later(90), detail: "", at: ago(1) } },
  }),
  account("work", { state: "parked", until: later(65), reason: REFUSED }),
  account("codex", { coder: "codex", state: "parked", reason: "not signed in: codex login" }),
];

const attempt = (n: number, over: Partial<AttemptRow>): AttemptRow => ({
  task: "fleet-1a2",
  attempt: n,
  coder: "claude",
  model: "claude-opus-4-20250514",
  account: "work",
  outcome: "done",
  reason: "exit 0",
  started_at: ago(60),
  duration_ms: 252_000,
  tokens: 67_420,
  cost_usd: 0.2908,
  added: 120,
  deleted: 8,
  files: 4,
  checks: [{ command: "npm test", verdict: "passed" }],
  resume: undefined,
  dir: "/d",
  ...over,
});
const ATTEMPTS = [
  attempt(1, { outcome: "spawn-failed", reason: "claude was not found" }),
  attempt(2, {
    outcome: "claimed-done-unproven",
    reason: "npm test failed: 3 of 41 tests, the first of them session.test.ts: expected a login to have expired",
    checks: [{ command: "npm test", verdict: "failed" }],
  }),
  attempt(3, {}),
  attempt(1, {
    task: "fleet-3b4",
    coder: "codex",
    model: undefined,
    account: "codex",
    outcome: undefined,
    reason: "running",
  }),
];

const ASKED: readonly AskedRow[] = [
  {
    id: "fleet-7d8",
    title: "Fix the login timeout that users of the new session store have met since last week",
    attempt: 2,
    at: ago(14),
    claim: null,
    change: "no file changed",
    missing: ["nothing changed in src/session.ts, which was expected", "npm test failed"],
    approve_with: "fleet approve fleet-7d8",
    reject_with: 'fleet reject fleet-7d8 -m "…"',
  },
];
const QUESTIONS: readonly QuestionRow[] = [
  {
    id: "fleet-5c6",
    title: "Decide which port the server takes",
    n: 1,
    state: "waiting",
    question:
      "Which port should the server take? 8080 is used by another program on this machine, and 9090 by the metrics.",
    options: ["8080", "9090"],
    by: "claude/1234",
    coder: "claude",
    attempt: 2,
    since: ago(7),
    until: later(8),
    answer: null,
    answered_by: null,
    answered_at: null,
    answer_with: 'fleet answer fleet-5c6 "…"',
  },
];

const STATUS: StatusReport = {
  home: "/home/ann/.fleet",
  running: true,
  pid: 4711,
  since: ago(153),
  elsewhere: undefined,
  suspended: false,
  version: "0.1.0",
  newer_version: "0.2.0",
  cgroups: { kind: "none", why: "this directory of cgroups can't be written, and systemd was not asked for one" },
  hold: null,
  mode: "paused",
  max_concurrent: 5,
  config_problems: [
    "max_concurent: unknown setting max_concurent (did you mean max_concurrent? fleet config show lists all)",
  ],
  held_back: [{ what: "/src/gone", until: later(4), reason: "there is no such directory" }],
  taken_off: [],
  parked: [{ account: "work", coder: "claude", until: later(65), reason: REFUSED }],
  standstill: [],
  limits: ["claude: $4.20 of $5.00"],
  tasks: { running: 2, "needs-you": 1, held: 2, waiting: 3, ready: 0, blocked: 0, container: 0, closed: 0 },
  waits: [
    {
      state: "needs-you",
      tasks: 1,
      first: "fleet-5c6",
      reason: "failed 3 times, the last time: exit 7",
      why: { kind: "needs-you", note: "failed 3 times, the last time: exit 7" },
      commands: ["fleet retry fleet-5c6"],
    },
    {
      state: "held",
      tasks: 2,
      first: "fleet-7d8",
      reason: "no coder: fleet config set default_coder=claude",
      why: { kind: "no-coder" },
      commands: ["fleet config set default_coder=claude", "fleet update fleet-7d8 --coder claude"],
    },
    { state: "waiting", tasks: 3, first: "fleet-1a2", reason: "paused", why: { kind: "paused" }, commands: [] },
  ],
  attempts_elsewhere: [],
  questions: 1,
  blind: undefined,
  unreadable: [],
  problems: [],
};

const issue = (id: string, over: Partial<Issue>): Issue => ({
  id,
  title: "Refactor the session store so that it expires logins",
  status: "open",
  priority: 2,
  issue_type: "task",
  created_at: ago(100),
  updated_at: ago(90),
  ...over,
});
const ISSUES = [
  issue("fleet-1a2", { status: "in_progress", assignee: "claude/1234", labels: ["web"] }),
  issue("fleet-5c6", { status: "blocked", priority: 0, issue_type: "bug", title: "Decide the port" }),
  issue("fleet-7d8", { priority: 1, issue_type: "epic", title: "Logins" }),
  issue("fleet-9e0", { status: "closed", closed_at: ago(3), title: "Add a test" }),
];

const coder = (name: string, over: Partial<CoderRow>): CoderRow => ({
  name,
  default: false,
  kind: "found",
  path: `/home/ann/.local/bin/${name}`,
  version: "1.0.0",
  signed_in: "yes",
  how: null,
  install: null,
  reason: null,
  parked: null,
  ...over,
});
const MISSING = { kind: "missing", path: null, version: null, signed_in: null } as const;
const CODERS = [
  coder("claude", { default: true, version: "2.1.328 (Claude Code)", how: "~/.claude.json" }),
  coder("codex", { version: "codex-cli 0.169.0", signed_in: "no", parked: `not signed in; next try at ${later(5)}` }),
  coder("agy", { ...MISSING, install: "see https://antigravity.google for the installer" }),
  coder("opencode", { ...MISSING, install: "npm install -g opencode-ai" }),
  coder("gemini", {
    kind: "broken",
    version: null,
    signed_in: null,
    reason: "exit 1: Cannot find module './index.js'",
  }),
  coder("shell", { version: "POSIX sh", signed_in: "not needed", path: "/usr/bin/sh" }),
];

/** Some settings, of each kind one: a new one changes nothing here. */
const SETTINGS = new Set([
  "max_concurrent",
  "max_per_coder",
  "default_coder",
  "task_timeout",
  "limits",
  "min_free_memory",
  "auto_resume",
  "checks",
  "liveness.quiet_after",
]);
const CONFIG: Config = {
  ...DEFAULTS,
  max_concurrent: 10,
  default_coder: "claude",
  task_timeout: 14_400_000,
  checks: ["npm test", "npm run lint"],
};

const FACTS: readonly string[] = [
  "  coder: claude (default)",
  "  directory: /src/a-project-with-a-long-name",
  "  checks: npm test, npm run lint",
  "  expects: commit, path:src/auth/**",
  "  limits: 4h per attempt, $5.00",
];
const SHOWN = issue("fleet-1a2", {
  status: "in_progress",
  priority: 1,
  assignee: "claude/1234",
  owner: "ann@example.org",
  description: "Users are logged out after 5 minutes; see src/session.ts.",
  notes: "half of it is done",
  labels: ["web", "login"],
  dependencies: [
    { issue_id: "fleet-1a2", depends_on_id: "fleet-9e0", type: "blocks", created_at: ago(90), created_by: "ann" },
  ],
  comments: [{ id: "1", issue_id: "fleet-1a2", author: "ann", text: "The tests\nare slow.", created_at: ago(80) }],
});
const opened = (one: Issue): Issue => ({ ...one, status: asStatus("open") });
const QUEUE = inMemory(
  [SHOWN, ...ISSUES.slice(1)].map((one) => ({ ...one })),
  "fleet",
);

fitting({
  coders: { lines: (screen) => coderLines(CODERS, screen) },
  config: {
    lines: (screen) => {
      const rows = settingRows(CONFIG).filter(({ key }) => SETTINGS.has(key));
      return settingsLines(rows, "/home/ann/.fleet/config.yaml", screen);
    },
  },
  // As bd has it: a text that somebody wrote is shown as it was written.
  "bd-show": {
    copied: /Created|IN_PROGRESS/,
    lines: ({ c }) => detailLines(QUEUE, SHOWN, { c, facts: FACTS, long: false, local: false }),
  },
  "bd-ready": { copied: /fleet-/, lines: ({ c }) => readyLines(ISSUES.slice(0, 3).map(opened), 3, false, c) },
  accounts: { lines: (screen) => accountLines(ACCOUNTS, screen) },
  compare: { lines: (screen) => compareLines(ATTEMPTS, screen) },
  explain: {
    copied: /^ {2}run: /,
    lines: (screen) =>
      explanationLines(
        {
          id: "fleet-7d8",
          title: "Fix the login timeout that users of the new session store have met since last week",
          priority: 1,
          status: "open",
          state: "waiting",
          coder: "claude",
          model: null,
          cwd: "/src/web",
          project: "web",
          attempt: null,
          elapsed_ms: null,
          quiet_ms: null,
          last_action: null,
          liveness: null,
          tokens: null,
          context_percent: null,
          cost_usd: null,
          limits: null,
          reason: null,
          why: {
            kind: "parked",
            coder: "claude",
            accounts: [{ account: "claude", until: NOW + 4 * MINUTE, why: REFUSED }],
            session: false,
          },
          not_before: later(4),
          closed_at: null,
          grade: null,
          tries: 0,
          ends: "the reset of its account",
          commands: ["fleet resume claude"],
        },
        screen,
      ),
  },
  gc: {
    lines: (screen) =>
      collectedLines(
        {
          removed: false,
          attempts: [
            { task: "fleet-1a2", attempt: "1", bytes: 1_400_000, ended_at: ago(60 * 24 * 40), why: "age" },
            { task: "fleet-3b4", attempt: "2", bytes: 250, ended_at: ago(60), why: "size" },
          ],
          bytes: 1_400_250,
          total_bytes: 9_000_000,
          total: 23,
          kept: 21,
          bound: 14,
          let_go: ["fleet-9e0"],
          workspaces: [
            {
              task: "fleet-5c6",
              dir: "/home/ann/.fleet/work/fleet-5c6",
              bytes: 820_000_000,
              goes: true,
              why: "closed; all of it is kept",
            },
            {
              task: "fleet-7d8",
              dir: "/home/ann/.fleet/work/fleet-7d8",
              bytes: 12_000_000,
              goes: false,
              why: "process 4711 works in /home/ann/.fleet/work/fleet-7d8",
            },
          ],
          depots: [
            {
              dir: "/home/ann/.fleet/work/0123456789abcdef.git",
              source: "/src/app/.git",
              source_is: "moved",
              moved_to: "/src/web/.git",
              bytes: 4_000_000,
              shared_bytes: 92_000_000,
              tasks: 12,
              first_task: "fleet-1a2",
              goes: false,
              why: "12 tasks have work in it",
            },
            {
              dir: "/home/ann/.fleet/work/fedcba9876543210.git",
              source: "/src/old/.git",
              source_is: "gone",
              moved_to: null,
              bytes: 40_000,
              shared_bytes: 0,
              tasks: 0,
              first_task: null,
              goes: true,
              why: "no task needs it",
            },
          ],
          landings: [
            {
              dir: "/home/ann/.fleet/work/fedcba9876543210.land",
              source: "/src/old/.git",
              bytes: 9_000_000,
              goes: true,
              why: "no open task lands in it",
            },
          ],
          refs: [{ repository: "/src/app/.git", ref: "refs/fleet/0a1b2c3d/land/fleet-9e0/1", task: "fleet-9e0" }],
          undeleted: [],
        },
        "fleet gc --older-than 7d",
        screen,
      ),
  },
  questions: {
    lines: (screen) => askedLines(QUESTIONS, ASKED, screen),
  },
  status: { lines: ({ c, width, now }) => [statusText(STATUS, c, now, width).trimEnd()] },
  receipt: {
    plain: true,
    lines: ({ width, now }) => [
      describeReceipt(
        {
          task: "fleet-3f1",
          attempt: 2,
          coder: "claude",
          model: "opus",
          claim: {
            how: "closed",
            words: "logins expire after an hour, as the tests show; the store is asked once a request",
          },
          grade: "proved",
          base: { commit: "89abcdef0189abcdef0189abcdef0189abcdef01", at: ago(9) },
          head: "7f3a9c1e7f3a9c1e7f3a9c1e7f3a9c1e7f3a9c1e",
          closed_from_inside: "logins expire after an hour, as the tests show; the store is asked once a request",
          tools_finished: 12,
          reports_tools: true,
          tools: { Bash: { ok: 8, failed: 1 }, Edit: { ok: 3, failed: 0 } },
          exit_code: 0,
          verdict: "done",
          files: {
            from: "git",
            changed: ["src/session.ts", "test/session.test.ts"],
            count: 2,
            added: 42,
            deleted: 4,
            lines: [
              { path: "src/session.ts", added: 31, deleted: 4 },
              { path: "test/session.test.ts", added: 11, deleted: 0 },
            ],
          },
          commands: [
            { command: "git commit", runs: 1, failed: 0 },
            { command: "git push", runs: 2, failed: 1 },
          ],
          failures: [{ tool: "Bash", what: "npm test", times: 1 }],
          commits: [{ hash: "7f3a9c1e7f3a9c1e7f3a9c1e7f3a9c1e7f3a9c1e", subject: "Expire logins" }],
          on_base: [
            { command: "npm test -- session", verdict: "failed", code: 1, ms: 4_000, tail: "1 failed", at: ago(9) },
          ],
          checks: [
            { command: "npm test", verdict: "passed", code: 0, at: ago(3), ms: 61_000, runs: 1, tail: "212 passed" },
            { command: "npm test -- session", verdict: "passed", code: 0, at: ago(2), ms: 4_000, runs: 1, tail: "" },
          ],
          not_looked_at: ["what is outside of its working tree"],
          all: { attempts: 2, duration_ms: 500_000, tokens: 120_000, usd: 0.51 },
          usage: { input: 66_000, output: 1_420, cost_usd: 0.2908 },
          duration_ms: 252_000,
        },
        { width, now },
      ).trimEnd(),
    ],
  },
  // bd's own lines are as long as their titles: whoever pipes them gets them whole.
  "bd-list": {
    copied: /fleet-/,
    lines: ({ c }) => [...ISSUES.map((one) => treeLine(one, c)), "", ...ISSUES.map((one) => flatLine(one, c))],
  },
});

it("gc says what one attempt takes, and that one stays", () => {
  const nothing = { attempts: [], bytes: 0, kept: 1, let_go: [], workspaces: [], depots: [], landings: [], refs: [] };
  const done = { ...nothing, removed: false, total_bytes: 2_000_000, total: 1, bound: 1, undeleted: [] };
  const lines = collectedLines(done, "fleet gc", { c: hues(true), width: Infinity, now: NOW });
  expect(lines[0]).toBe("1 attempt takes 2.0 MB; 1 stays: open, running, or the newest of a task that waits.");
});
