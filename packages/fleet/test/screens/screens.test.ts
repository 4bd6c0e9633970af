/** Screens as people see them, at three widths, with and without colour: the files beside this one are to be looked at. */
import { expect, it } from "vitest";

import type { CoderEvent } from "@fleet/coders/events";

import type { TaskRow } from "../../src/app/views/overview.ts";
import type { ReviewRow } from "../../src/app/views/reviews.ts";
import type { TaskFacts } from "../../src/app/views/task-facts.ts";
import { ActivityLines } from "../../src/cli/activity.ts";
import { attemptsTable } from "../../src/cli/screens/attempts-table.ts";
import { reviewsTable } from "../../src/cli/screens/reviews-table.ts";
import { headerLines } from "../../src/cli/screens/task-header.ts";
import { TaskLog } from "../../src/cli/screens/task-log.ts";
import { closedTable, runningTable, type Screen, waitingTable } from "../../src/cli/screens/tasks-table.ts";
import { waitingSummary } from "../../src/cli/screens/waiting-summary.ts";
import { ago, fitting, hues, MINUTE, NOW } from "../support/screens.ts";

function row(id: string, title: string, over: Partial<TaskRow>): TaskRow {
  return {
    id,
    title,
    priority: 2,
    status: "open",
    state: "ready",
    coder: "claude",
    model: "claude-opus-4-20250514",
    cwd: "/src/a-project-with-a-long-name",
    project: "a-project-with-a-long-name",
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
    why: null,
    not_before: null,
    closed_at: null,
    grade: null,
    tries: 0,
    ...over,
  };
}

const working = row("fleet-1a2", "Refactor the session store so that it expires logins", {
  state: "running",
  attempt: 2,
  elapsed_ms: 252_000,
  quiet_ms: 4_000,
  last_action: "Bash: npm test -- --run packages/store",
  liveness: { kind: "working", since: ago(1), text: "working" },
  tokens: 67_420,
  context_percent: 84,
  cost_usd: 0.2908,
  limits: [{ limit: "usd", used: 4.4, of: 5 }],
});
const RUNNING = [
  working,
  row("fleet-3b4", "日本語の題名をもつ課題を短くしてみる", {
    state: "running",
    model: null,
    attempt: 1,
    elapsed_ms: 3_900_000,
    last_action: "text: All tests pass",
  }),
];
const parked: TaskRow["why"] = {
  kind: "parked",
  coder: "claude",
  accounts: [{ account: "claude", until: NOW + 4 * MINUTE, why: "You've hit your 5-hour limit" }],
  session: false,
};
const WAITING = [
  row("fleet-5c6", "Decide which port the server takes", {
    state: "needs-you",
    priority: 0,
    why: { kind: "needs-you", note: "asks: 8080 or 9090?" },
  }),
  row("fleet-7d8", "Fix the login timeout", { state: "waiting", priority: 1, why: parked }),
  row("fleet-9e0", "Add a test for it", { state: "blocked", why: { kind: "dependencies", on: ["fleet-7d8"] } }),
];
const CLOSED = Array.from({ length: 12 }, (_, at) =>
  row(`fleet-c${at}`, `Closed as number ${at}`, {
    state: "closed",
    closed_at: ago(at * 200),
    grade: at === 3 ? null : "checked",
    reason: "exit 0",
  }),
);
const FACTS: TaskFacts = {
  coder: "claude",
  coderFrom: { kind: "default" },
  model: null,
  cwd: "/src/a-project-with-a-long-name",
  clone: null,
  landed: null,
  asked: {
    checks: ["npm test", "npm run lint"],
    expect: ["commit", "path:src/auth/**"],
    allow: ["src/**"],
    deny: [],
    prove: [],
    check_paths: [],
    tests_are_work: false,
    evidence: "change",
  },
  limits: { timeout: 14_400_000, usd: 5 },
  used: [],
  tries: 1,
  max_tries: 3,
  parent: null,
  waits_for: [],
  waited_for_by: [{ id: "fleet-9e0", title: "Add a test for it", isOpen: true }],
};

/** Ten seconds apart. */
function taskLog(screen: Screen, verbose: boolean): string[] {
  const lines = new TaskLog({ ...screen, verbose });
  const at = (index: number): string => new Date(NOW - MINUTE * 3 + index * 10_000).toISOString();
  return [
    ...RUN.flatMap((event, index) => lines.event(at(index), event)),
    ...lines.stderr("warning: \u001b[33mold\u001b[0m lock file"),
  ];
}

const SCREENS: Readonly<Record<string, (screen: Screen) => readonly string[]>> = {
  tasks: (screen) => [
    ...runningTable(RUNNING, screen),
    waitingSummary(WAITING, NOW, false) ?? "",
    "",
    ...waitingTable(WAITING, screen),
    "",
    ...closedTable(CLOSED, screen),
  ],
  task: (screen) => [
    ...headerLines(working, FACTS, screen),
    "",
    ...attemptsTable(
      [
        {
          attempt: 1,
          coder: "claude",
          started_at: ago(2_000),
          duration_ms: 65_000,
          tokens: 1_234,
          cost_usd: 0.004,
          outcome: "failed",
          reason: `exit 7: connection reset by peer; the service may be back at ${new Date(NOW + 9 * MINUTE).toISOString()}`,
        },
        { attempt: 2, coder: "claude", started_at: ago(4), duration_ms: 252_000, reason: "running" },
      ],
      screen,
    ),
  ],
  "task-log": (screen) => taskLog(screen, false),
  log: ({ c, width, now }) => {
    const lines = new ActivityLines(c, width, now);
    const about = { attempt: 1, coder: null, model: null, account: null, by: null, until: null };
    const text = "attempt 1: exit 7: connection reset by peer while the dependencies were being downloaded";
    return [
      lines.of({ ...about, at: ago(2_000), event: "failed", task: "fleet-1a2", text }, now),
      lines.of({ ...about, at: ago(2), event: "done", task: "fleet-1a2", text: "attempt 2: exit 0" }, now),
      lines.of({ ...about, at: ago(1), event: "exit", task: null, text: "the supervisor ended" }, now),
    ].flatMap((entry) => entry.trimEnd().split("\n"));
  },
};

const RUN: readonly CoderEvent[] = [
  { kind: "session-started", session: "5e55", model: "claude-opus-4" },
  {
    kind: "text",
    text: "I look at the session store first.\nThen I run its tests, which take their time on this machine.",
  },
  { kind: "tool-started", id: "1", tool: "Read", summary: "src/session.ts" },
  {
    kind: "tool-finished",
    id: "1",
    tool: "Read",
    summary: "src/session.ts",
    ok: true,
    output: "1  export class Session {}",
  },
  { kind: "tool-started", id: "2", tool: "Bash", summary: "npm test -- --run packages/store" },
  {
    kind: "tool-finished",
    id: "2",
    tool: "Bash",
    summary: "npm test -- --run packages/store",
    ok: false,
    output: `${Array.from({ length: 12 }, (_, at) => `line ${at}`).join("\n")}\n\u001b[31mFAIL\u001b[39m session.test.ts: expected a login that was made five minutes ago to have expired, and it has not`,
  },
  { kind: "limit", state: "warning", scope: "window", detail: "80% of the five-hour window is used" },
  { kind: "text", text: "Done." },
  { kind: "result", ok: true, text: "Done." },
];

fitting(Object.fromEntries(Object.entries(SCREENS).map(([name, lines]) => [name, { lines }])));

it.each([100, 120, 160, 200])("no table cuts a title below 30 cells in %i columns", (width) => {
  const title = "a title that nobody can tell from the others before its end";
  const long = row("fleet-1a2.10.12", title, {
    ...working,
    id: "fleet-1a2.10.12",
    title,
    project: "a-project-with-a-long-name-that-goes-on",
    closed_at: ago(90_000),
    reason: "it waits for this, and for that, and for what nobody knows of yet ".repeat(5),
  });
  const screen: Screen = { c: hues(true), width, now: NOW };
  const review: ReviewRow = {
    id: long.id,
    title,
    state: "review",
    attempt: 1,
    at: ago(90_000),
    grade: "already-there",
    claim: "",
    change: "",
    missing: [],
    added: 12_000,
    deleted: 34_000,
    files: 1200,
    checks: [],
    open_remarks: 0,
    voided: null,
    review_with: "",
    approve_with: "",
    reject_with: "",
    risk: {
      target: ["src/a-file-with-a-long-name.ts"],
      tasks: [{ id: "fleet-3b4", files: ["src/other.ts"] }],
      unknown: false,
    },
  };
  for (const lines of [
    runningTable([long], screen),
    waitingTable([{ ...long, state: "needs-you" }], screen),
    closedTable([{ ...long, state: "closed" }], screen),
    reviewsTable([review], screen),
  ])
    expect(lines.join("\n")).toContain(title.slice(0, 29));
});

it("no empty table: what waits is counted, with the most frequent reason", () => {
  expect(waitingSummary(WAITING, NOW, true)).toBe(
    "1 needs you, 1 waiting (claude waits until 14:29: You've hit your 5-hour limit), 1 blocked: fleet tasks --all",
  );
  expect(waitingSummary([], NOW, true)).toBeUndefined();
});

it("a command that a reason names can be pasted from a narrow terminal", () => {
  const why: TaskRow["why"] = { kind: "assigned", to: "bob", deferred: false };
  const shown = waitingTable([row("fleet-1a2", "Title", { state: "held", why })], {
    c: hues(false),
    width: 60,
    now: NOW,
  });
  expect(shown.slice(-2)).toEqual([
    "    assigned to bob; to let fleet start it:",
    '    fleet bd update fleet-1a2 --assignee ""',
  ]);
});

it("a tool's output is shown where it failed, or everywhere if asked; one that runs long is shown before its end", () => {
  const screen: Screen = { c: hues(true), width: Infinity, now: NOW };
  expect(taskLog(screen, false).join("\n")).not.toContain("export class Session");
  expect(taskLog(screen, true).join("\n")).toContain("export class Session");
  const lines = new TaskLog({ ...screen, verbose: false });
  lines.event(new Date(NOW).toISOString(), { kind: "tool-started", id: "1", tool: "Bash", summary: "make" });
  expect(lines.open(NOW + 1_000, false)).toEqual([]);
  expect(lines.open(NOW + 3_000, false)).toEqual(["14:25:00  ▸ Bash: make"]);
  expect(lines.open(NOW + 9_000, true)).toEqual([]);
});

it("an attempt without living processes is shown as ended: it is about to be judged", () => {
  const ended: TaskRow = { ...working, liveness: { kind: "dead", since: ago(1), text: "ended" } };
  const shown = runningTable([ended], { c: hues(true), width: 160, now: NOW }).join("\n");
  expect(shown).toMatch(/\bended\b/);
  expect(shown).not.toContain("dead");
});
