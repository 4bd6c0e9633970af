/** What the history says of claims that were accepted. Pure. */
import { expect, it } from "vitest";

import { parseEvents, type TaskEvent } from "@fleet/store/task-event";

import { acceptedIn, type Now, type Tally } from "../../src/engine/core/accepted.ts";

const A = "aaaa1111-0000-4000-8000-000000000000";
const B = "bbbb2222-0000-4000-8000-000000000000";

const event = (event: TaskEvent["event"], over: Partial<TaskEvent> = {}): TaskEvent => ({
  event,
  task: "t-1",
  at: 0,
  by: "Ann",
  attempt: undefined,
  outcome: undefined,
  grade: undefined,
  ...over,
});
const claims = (attempt: string, coder = "claude", task = "t-1"): TaskEvent =>
  event("claim", { by: `${coder}/${attempt.slice(0, 4)}`, attempt, task });
const closes = (attempt: string, grade?: string, task = "t-1"): TaskEvent =>
  event("close", { attempt, grade, task, outcome: "done" });

const lands = (attempt: string, grade?: string): TaskEvent => event("land", { attempt, grade, outcome: "done" });

const closed = (): Now => ({ kind: "closed", project: "/p" });
const open = (): Now => ({ kind: "open", project: "/p" });
const landing = (): Now => ({ kind: "landing", project: "/p" });
const only = (events: readonly TaskEvent[], now: () => Now = closed): Tally | undefined =>
  acceptedIn(events, now).rows[0];

it.each<[what: string, after: readonly TaskEvent[], now: () => Now, back: Partial<Tally["sentBack"]>]>([
  ["closed, and stays so", [], closed, {}],
  ["reopened", [event("reopen")], open, { reopened: 1 }],
  ["reopened, and closed again", [event("reopen"), claims(B), closes(B, "changed")], closed, { reopened: 1 }],
  ["retried", [event("retry")], open, { retried: 1 }],
  ["claimed again, which nobody said by a command of its own", [claims(B)], open, { otherwise: 1 }],
  ["open now, by hand or by undo", [], open, { otherwise: 1 }],
  ["deleted since", [], () => ({ kind: "gone" }), {}],
  ["another task reopened", [event("reopen", { task: "t-2" })], closed, {}],
  ["closed again by hand", [event("close")], closed, {}],
])("a task that was accepted and then: %s", (_what, after, now, back) => {
  const tally = only([claims(A), closes(A, "checked"), ...after], now);
  expect(tally?.sentBack).toEqual({ reopened: 0, retried: 0, otherwise: 0, ...back });
});

it.each([
  ["proved", "proved"],
  ["accepted by Ann Lee", "accepted"],
  ["already-there, says Ann", "already-there"],
  [undefined, "unknown"],
  ["marvellous", "unknown"],
] as const)("a closing commit that says the grade %s counts as %s", (written, grade) => {
  expect(only([claims(A), closes(A, written)])?.grades).toMatchObject({ [grade]: 1 });
});

it.each<[what: string, after: readonly TaskEvent[], now: () => Now, back: Partial<Tally["sentBack"]>]>([
  ["waits to land", [], landing, {}],
  ["landed", [closes(A, "checked")], closed, {}],
  ["was closed by hand", [event("close")], closed, {}],
  ["was retried before it landed", [event("retry")], open, { retried: 1 }],
  ["was opened by hand before it landed", [], open, { otherwise: 1 }],
  ["landed, and was reopened", [closes(A, "checked"), event("reopen")], open, { reopened: 1 }],
])("work that was accepted, and then %s, is accepted once", (_what, after, now, back) => {
  const { rows, byHand } = acceptedIn([claims(A), lands(A, "checked"), ...after], now);
  expect([byHand, rows[0]?.accepted, rows[0]?.grades.checked]).toEqual([0, 1, 1]);
  expect(rows[0]?.sentBack).toEqual({ reopened: 0, retried: 0, otherwise: 0, ...back });
});

it("counts work twice that was sent back and then accepted from another attempt", () => {
  const tally = only([
    claims(A),
    lands(A, "changed"),
    event("retry"),
    claims(B),
    lands(B, "checked"),
    closes(B, "checked"),
  ]);
  expect(tally).toMatchObject({ accepted: 2, grades: { changed: 1, checked: 1 }, sentBack: { retried: 1 } });
});

it("counts each coder and project apart, and what is not known as unknown", () => {
  const projects: Readonly<Record<string, Now>> = { "t-2": { kind: "closed", project: "/q" } };
  const { rows, byHand } = acceptedIn(
    [claims(A), closes(A, "changed"), claims(B, "codex", "t-2"), closes(B, "checked", "t-2"), closes("c", "x", "t-9")],
    (task) => projects[task] ?? (task === "t-9" ? { kind: "gone" } : closed()),
  );
  expect(byHand).toBe(0);
  expect(rows.map(({ coder, project, accepted }) => [coder, project, accepted])).toEqual([
    ["claude", "/p", 1],
    ["codex", "/q", 1],
    [undefined, undefined, 1],
  ]);
});

it("does not take a person whose name looks like an attempt's for a coder", () => {
  expect(only([event("claim", { by: "ann/zzzz", attempt: A }), closes(A, "changed")])?.coder).toBeUndefined();
});

it("counts claims that a person was asked about, that were rejected, and that were not proven", () => {
  const tally = only([
    claims(A),
    event("review", { attempt: A, outcome: "asked" }),
    event("reject", { attempt: A }),
    claims(B),
    event("release", { attempt: B, outcome: "claimed-done-unproven" }),
    event("release", { attempt: B, outcome: "failed" }),
  ]);
  expect(tally).toMatchObject({ accepted: 0, asked: 1, rejected: 1, unproven: 1 });
});

it("reads of a commit its trailers, and of another kind of commit nothing", () => {
  const log = [
    ["7", "claude/aaaa", "claim", "t-1", `3 ${A}`, "", ""],
    ["8", "Ann", "config", "", "", "", ""],
    ["9", "Ann", "close", "t-1", `3 ${A}`, "done", "accepted by Ann"],
  ];
  expect(parseEvents(`${log.map((fields) => fields.join("\0")).join("\0")}\0`)).toEqual([
    { ...claims(A), at: 7_000 },
    { ...closes(A, "accepted by Ann"), at: 9_000 },
  ]);
});
