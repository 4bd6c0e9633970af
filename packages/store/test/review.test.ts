/** Work that waits for a person: approved, sent back, remarked on, and waiting again where it is not what was approved. */
import { describe, expect, it } from "vitest";

import { acceptedOf, landingOf, reviewOf } from "../src/claims.ts";
import { fleetRecord } from "../src/fleet-record.ts";
import type { Decision } from "../src/decision.ts";
import type { Issue } from "../src/issue.ts";
import { landed } from "../src/ops/landed.ts";
import { experiment, pick, tasksOfExperiment } from "../src/ops/experiment.ts";
import { remark } from "../src/ops/remark.ts";
import { approve, reject, voidApproval } from "../src/ops/review.ts";
import { settle } from "../src/ops/settle.ts";
import { remarksOf } from "../src/remarks.ts";
import { acting, attempt, inMemory, issueOf } from "./support.ts";

const first = (decision: Decision<unknown>): Issue =>
  (decision.kind === "commit" ? decision.issues?.[0] : undefined) ?? issueOf("none");
const trailersOf = (decision: Decision<unknown>) => (decision.kind === "commit" ? decision.trailers : undefined);

const mine = attempt(2);
const held = (fleet: object = {}): Issue =>
  issueOf("tt-x", {
    status: "in_progress",
    assignee: "claude/aaaa",
    metadata: { cwd: "/src", fleet: { attempt: mine, attempts: 2, tries: 1, ...fleet } },
  });
const settled = (issue = held()): Issue =>
  first(
    settle(inMemory([issue]), acting(), {
      id: "tt-x",
      attempt: mine,
      actor: "claude/aaaa",
      outcome: "done",
      reason: "wrote it",
      counted: false,
      disposition: { kind: "review", reason: "wrote it" },
      grade: "checked",
      review: { claim: "", change: "1 file changed", missing: [] },
      session: { id: "s1", coder: "claude" },
    }),
  );

describe("work that is believed, and that a person is to see", () => {
  it("is in progress without an assignee, keeps its session, and is not graded before approval", () => {
    const issue = settled(held({ rework: { by: "ann", at: "", words: "", attempt: mine } }));
    expect(issue).toMatchObject({ status: "in_progress" });
    expect(issue.assignee).toBeUndefined();
    expect(reviewOf(issue)).toMatchObject({ grade: "checked", claim: "wrote it", missing: [], attempt: mine });
    const { grade, session, rework, reason } = fleetRecord(issue);
    expect({ grade, session, rework, reason }).toEqual({
      grade: undefined,
      session: "s1",
      rework: undefined,
      reason: undefined,
    });
  });

  it("closes with its grade and the approver's name, or waits to land with what was approved", () => {
    const closing = approve(inMemory([settled()]), acting(), { id: "tt-x", words: "good" });
    expect(first(closing)).toMatchObject({ status: "closed", close_reason: "wrote it (accepted by ann)" });
    expect(fleetRecord(first(closing))).toMatchObject({ grade: "checked", accepted_by: "ann" });
    expect(trailersOf(closing)).toEqual([["Fleet-Grade", "checked, accepted by ann"]]);

    const seen = { uuid: mine.uuid, head: "h", tree: "t", content: "c", files: { a: { change: "1", file: "2" } } };
    const landing = approve(inMemory([settled()]), acting(), { id: "tt-x", words: "", lands: true, seen });
    expect(first(landing)).toMatchObject({ status: "in_progress" });
    expect(fleetRecord(first(landing)).approval).toMatchObject({ by: "ann", head: "h", files: seen.files });
    const again = (issue: Issue) => () => approve(inMemory([issue]), acting(), { id: "tt-x", words: "" });
    expect(again(first(landing))).toThrow("tt-x is approved already, and closes once it has landed");
    const { accepted_by: _by, ...unasked } = fleetRecord(first(landing));
    const believed = { ...first(landing), metadata: { fleet: unasked } };
    expect(again(believed)).toThrow("tt-x needs no approval, and closes once it has landed");
    const on = { id: "tt-x", accepted: acceptedOf(first(landing)), commit: "c0", target: "main" };
    const there = landed(inMemory([first(landing)]), acting(), on);
    expect(trailersOf(there)).toContainEqual(["Fleet-Grade", "checked, accepted by ann"]);
  });

  it("whose files are in another home is approved as the commit that its review names", () => {
    const { metadata, ...rest } = settled();
    const fleet = { ...fleetRecord({ metadata }), review: { ...reviewOf(settled()), head: "r" } };
    const issue = { ...rest, metadata: { ...metadata, fleet } };
    const done = approve(inMemory([issue]), acting(), { id: "tt-x", words: "", seen: { uuid: mine.uuid } });
    expect(fleetRecord(first(done)).approval).toMatchObject({ head: "r" });
  });

  it("that was looked at before another attempt made more of it is approved without what was seen", () => {
    const seen = { uuid: attempt(1).uuid, head: "h" };
    const done = approve(inMemory([settled()]), acting(), { id: "tt-x", words: "", seen });
    expect(fleetRecord(first(done)).approval).toEqual({ by: "ann", at: expect.any(String), attempt: mine });
  });

  it("goes back with the words in one place, and counts no try", () => {
    const back = first(reject(inMemory([settled()]), acting(), { id: "tt-x", words: "not yet" }));
    expect(back).toMatchObject({ status: "open" });
    expect(fleetRecord(back)).toMatchObject({
      tries: 1,
      session: "s1",
      rework: { by: "ann", words: "not yet", attempt: mine },
      reason: "changes requested by ann: not yet",
    });
    expect(back.comments?.map(({ text }) => text)).toEqual(["Changes requested of attempt 2: not yet"]);
  });

  it("waits again where its approval no longer holds,  with whose it was and what moved", () => {
    const landing = first(approve(inMemory([settled()]), acting(), { id: "tt-x", words: "", lands: true }));
    const voided = first(voidApproval(inMemory([landing]), acting(), { id: "tt-x", moved: ["a"], change: "1 file" }));
    expect(landingOf(voided)).toBeUndefined();
    expect(fleetRecord(voided).approval).toBeUndefined();
    expect(reviewOf(voided)).toMatchObject({
      grade: "checked",
      claim: "wrote it",
      voided: { by: "ann", moved: ["a"] },
    });
    expect(voidApproval(inMemory([voided]), acting(), { id: "tt-x", moved: ["a"], change: "" }).kind).toBe("none");
  });

  it("has remarks as comments, all of one word in one commit", () => {
    const on = (line: number, words: string) => ({
      anchor: { path: "a", line, head: "3f2a1b0c4d5e", text: "x" },
      words,
    });
    const made = remark(inMemory([settled()]), acting(), { id: "tt-x", remarks: [on(1, "one"), on(2, "two")] });
    expect(remarksOf(first(made)).map(({ line, words, mark }) => [line, words, mark])).toEqual([
      [1, "one", made.result.marks[0]],
      [2, "two", made.result.marks[1]],
    ]);
    expect(() => remark(inMemory([settled()]), acting(), { id: "tt-x", remarks: [on(1, " ")] })).toThrow(
      "says something",
    );
    // Once more, as after a command that was killed before it sent them.
    const again = (issue: Issue) => remark(inMemory([issue]), acting(), { id: "tt-x", remarks: [on(2, "two ")] });
    expect(again(first(made))).toMatchObject({ kind: "none", result: { marks: [made.result.marks[1]] } });
    const [mark = ""] = made.result.marks.slice(1);
    const said = { id: "r", issue_id: "tt-x", author: "claude/aaaa", text: `${mark}: no`, created_at: "" };
    const answered = { ...first(made), comments: [...(first(made).comments ?? []), said] };
    expect(again(answered).result.marks).not.toEqual([mark]);
  });
});

describe("an experiment", () => {
  const begun = experiment(inMemory([]), acting(), {
    title: "X",
    description: "d",
    priority: 2,
    tasks: [
      { title: "X (a)", metadata: { coder: "a" } },
      { title: "X (b)", metadata: { coder: "b" } },
    ],
  });
  const issues = begun.kind === "commit" ? [...(begun.issues ?? [])] : [];
  const { epic, tasks } = begun.result;
  const [one, two] = tasks;
  if (one === undefined || two === undefined) throw new Error("two tasks were asked for");
  const review = {
    attempt: mine,
    at: "2026-03-01T12:00:00Z",
    claim: "did it",
    change: "",
    missing: [],
    grade: "checked",
  };
  const waits: Issue = {
    ...one,
    status: "in_progress",
    metadata: { ...one.metadata, fleet: { experiment: epic.id, review } },
  };

  it("is an epic with a task each, in one commit, with the same words", () => {
    expect(issues.map(({ id }) => id)).toEqual([epic.id, `${epic.id}.1`, `${epic.id}.2`]);
    expect(tasks.map(({ description, metadata }) => [description, metadata?.["coder"]])).toEqual([
      ["d", "a"],
      ["d", "b"],
    ]);
    expect(tasksOfExperiment(inMemory(issues), epic.id).map(({ id }) => id)).toEqual([one.id, two.id]);
  });

  it("closes none of its tasks by an approval: one of them is picked", () => {
    expect(() => approve(inMemory([epic, waits, two]), acting(), { id: one.id, words: "" })).toThrow(
      "one of them is picked",
    );
    expect(() => pick(inMemory([epic, waits, two]), acting(), { id: two.id, words: "" })).toThrow(
      "no work to pick yet",
    );
  });

  it("passes its budget to the picked one", () => {
    const limits = { usd: 6 };
    const costly = { ...epic, metadata: { ...epic.metadata, limits } };
    const { issue } = pick(inMemory([costly, waits, two]), acting(), { id: one.id, words: "" }).result;
    expect(issue.metadata).toMatchObject({ limits });
  });

  it("continues with the picked one, and closes the others in the same commit", () => {
    const picked = pick(inMemory([epic, waits, two]), acting(), { id: one.id, words: "" });
    expect(picked.result).toMatchObject({ issue: { id: one.id }, closed: [two.id] });
    const [kept, closed] = picked.kind === "commit" ? [...(picked.issues ?? [])] : [];
    expect(kept === undefined ? undefined : reviewOf(kept)).toMatchObject({ grade: "checked" });
    expect(closed).toMatchObject({ id: two.id, status: "closed", close_reason: `not picked: ann chose ${one.id}` });
    expect([kept, closed].map((issue) => issue?.metadata?.["fleet"])).not.toContainEqual(
      expect.objectContaining({ experiment: epic.id }),
    );
  });

  const after = (issues: readonly Issue[], decision: Decision<unknown>): Issue[] => {
    const changed = decision.kind === "commit" ? (decision.issues ?? []) : [];
    return [...issues.filter(({ id }) => !changed.some((one) => one.id === id)), ...changed];
  };
  const picking = (words = "") => pick(inMemory([epic, waits, two]), acting(), { id: one.id, words });
  const chosen = after([epic, waits, two], picking("the shortest"));
  const byId = (issues: readonly Issue[], id: string) => issues.find((issue) => issue.id === id);

  it("keeps the words with which one is picked, whatever it waits for then", () => {
    expect(byId(chosen, one.id)?.comments).toMatchObject([{ author: "ann", text: "the shortest" }]);
  });

  it("can be picked again, and no other one, after a kill before it continued", () => {
    expect(pick(inMemory(chosen), acting(), { id: one.id, words: "the shortest" })).toMatchObject({
      kind: "none",
      result: { issue: { id: one.id }, closed: [two.id] },
    });
    expect(() => pick(inMemory(chosen), acting(), { id: two.id, words: "" })).toThrow(`${one.id} is picked already`);
    const approved = after(chosen, approve(inMemory(chosen), acting(), { id: one.id, words: "", lands: true }));
    expect(() => pick(inMemory(approved), acting(), { id: one.id, words: "" })).toThrow(
      "is picked already, and is in_p",
    );
  });

  it("ends with the one that is picked: as it lands, or as it is approved where nothing lands", () => {
    const approved = after(chosen, approve(inMemory(chosen), acting(), { id: one.id, words: "", lands: true }));
    expect(byId(approved, epic.id)).toMatchObject({ status: "open" });
    const accepted = acceptedOf(byId(approved, one.id) ?? issueOf("none"));
    const on = { id: one.id, accepted, commit: "c0", target: "main" };
    const ends = [
      after(approved, landed(inMemory(approved), acting(), on)),
      after(chosen, approve(inMemory(chosen), acting(), { id: one.id, words: "" })),
    ];
    for (const end of ends)
      expect(byId(end, epic.id)).toMatchObject({ status: "closed", close_reason: `picked ${one.id}` });
  });

  it("does not end while there is more to do below it", () => {
    const more = [...chosen, { ...two, id: `${epic.id}.3` }];
    const closed = after(more, approve(inMemory(more), acting(), { id: one.id, words: "" }));
    expect(byId(closed, epic.id)).toMatchObject({ status: "open" });
  });

  it("leaves one that a person closed before as they closed it", () => {
    const gone: Issue = { ...two, status: "closed", close_reason: "it was nonsense" };
    const now = pick(inMemory([epic, waits, gone]), acting(), { id: one.id, words: "" });
    expect(now.result.closed).toEqual([]);
    expect(byId(after([epic, waits, gone], now), two.id)).toMatchObject({ close_reason: "it was nonsense" });
    expect(byId(after([epic, waits, gone], now), two.id)?.metadata?.["fleet"] ?? {}).not.toHaveProperty("experiment");
  });
});
