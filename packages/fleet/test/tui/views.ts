/** Looks at a fleet, made up: nothing of them is read from a home. */
import type { TaskRow } from "../../src/app/views/overview.ts";
import type { FinishedRow, NeedRow, TopView } from "../../src/app/views/top.ts";
import { ago } from "../support/screens.ts";

export const running = (id: string, over: Partial<TaskRow> = {}): TaskRow => ({
  id,
  title: `Title of ${id}`,
  priority: 2,
  status: "in_progress",
  state: "running",
  coder: "claude",
  model: "opus",
  cwd: "/src/shop",
  project: "shop",
  attempt: 1,
  elapsed_ms: 252_000,
  quiet_ms: 4_000,
  last_action: "Bash: npm test",
  liveness: { kind: "working", since: ago(1), text: "working" },
  tokens: 67_420,
  context_percent: 44,
  cost_usd: 0.29,
  limits: null,
  reason: null,
  why: null,
  not_before: null,
  closed_at: null,
  grade: null,
  tries: 0,
  ...over,
});

export const need = (kind: NeedRow["kind"], id: string | null, over: Partial<NeedRow> = {}): NeedRow => ({
  kind,
  id,
  title: id === null ? "" : `Title of ${id}`,
  project: id === null ? "" : "shop",
  cwd: id === null ? null : "/src/shop",
  coder: "claude",
  reason: "what it waits for",
  since: ago(3),
  command: `fleet explain ${id ?? ""}`.trim(),
  question: kind === "question" ? 1 : null,
  options: [],
  account: null,
  ...over,
});

export const finished = (id: string, over: Partial<FinishedRow> = {}): FinishedRow => ({
  id,
  title: `Title of ${id}`,
  project: "shop",
  coder: "claude",
  closed_at: ago(20),
  grade: "checked",
  checks: { passed: 2, failed: 0 },
  files: 3,
  added: 120,
  deleted: 4,
  reason: "the session store expires logins",
  ...over,
});

export const look = (over: Partial<TopView> = {}): TopView => ({
  at: ago(0),
  needs: [],
  running: [],
  finished: [],
  finished_count: over.finished?.length ?? 0,
  since: ago(600),
  counts: {
    running: over.running?.length ?? 0,
    "needs-you": 0,
    held: 0,
    waiting: 0,
    ready: 0,
    blocked: 0,
    container: 0,
  },
  accounts: [],
  spent_today: { tokens: 0, usd: 0 },
  mode: "running",
  supervised: true,
  ...over,
});

const HOSTILE = [
  "日本語の題名をもつ課題を短くしてみる",
  "\u001b[31mred\u001b[0m and \u0007 a bell",
  "line one\nline two\ttabbed",
  "x".repeat(200),
  "👩‍👩‍👧‍👦 family and e\u0301 accents",
  "\u202eright to left\u202c",
];

/** Of every kind of row, with titles that nobody should have to read. */
export const busy = (count: number): TopView => {
  const ids = Array.from({ length: count }, (_, at) => `fleet-${(at + 1).toString(36).padStart(3, "0")}`);
  const title = (at: number): string =>
    at % 3 === 0 ? (HOSTILE[(at / 3) % HOSTILE.length] ?? "") : `Refactor part ${at}`;
  const one = look({
    needs: ids.slice(0, Math.ceil(count / 6)).map((id, at) =>
      need((["question", "asked", "landing", "retry", "held", "review"] as const)[at % 6] ?? "held", id, {
        title: title(at),
        reason:
          at % 2 === 0 ? "Which of the databases is meant, the one for tests or the one for the shop?" : "no commit",
        options: at % 6 === 0 ? ["the tests'", "the shop's"] : [],
      }),
    ),
    running: ids.map((id, at) => running(id, { title: title(at), elapsed_ms: 60_000 * (count - at) })),
    finished: ids.slice(0, Math.floor(count / 4)).map((id, at) => finished(`${id}f`, { title: title(at) })),
  });
  const waiting = (...kinds: NeedRow["kind"][]): number => one.needs.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    ...one,
    counts: { ...one.counts, "needs-you": waiting("asked", "review", "landing", "retry"), held: waiting("held") },
  };
};
