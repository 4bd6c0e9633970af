/** What an attempt leaves when it is settled: words for people, and the session that the next one continues with. */
import { describe, expect, it } from "vitest";

import { claude } from "@fleet/coders/claude/index";
import { shell } from "@fleet/coders/shell/index";
import type { Issue } from "@fleet/store/issue";
import type { Disposition } from "@fleet/store/ops/settle";

import type { OutcomeKind } from "../../src/attempts/records/outcome.ts";
import type { OutcomeRecord } from "../../src/attempts/records/record.ts";
import type { Receipt } from "../../src/attempts/records/receipt.ts";
import { limitsToKeep } from "../../src/engine/core/limits-kept.ts";
import { verdict } from "../../src/engine/core/verdict.ts";
import { sessionToKeep, sessionToResume } from "../../src/engine/core/session.ts";
import { commentOn, journalLine, questionOf } from "../../src/engine/core/settlement.ts";

const outcomeOf = (kind: OutcomeKind, reason = "exit 1", over: Partial<OutcomeRecord> = {}): OutcomeRecord => {
  const { counts, becomes } = verdict(kind, reason);
  return {
    kind,
    reason,
    counts,
    becomes,
    at: "2030-01-01T12:00:00Z",
    duration_ms: 1,
    usage: { input: 0, output: 0 },
    ...over,
  };
};
const issueOf = (status: Issue["status"], fleet: Readonly<Record<string, unknown>> = {}): Issue => ({
  id: "t-1",
  title: "t",
  status,
  priority: 2,
  issue_type: "task",
  created_at: "2030-01-01T00:00:00Z",
  updated_at: "2030-01-01T00:00:00Z",
  metadata: { fleet },
});
const BLOCK: Disposition = { kind: "block" };
const RETRY: Disposition = { kind: "retry", notBefore: "2030-01-01T12:01:00Z" };
const check = (verdictOf: "passed" | "failed", tail: string): NonNullable<Receipt["checks"]>[number] => ({
  command: "npm test",
  verdict: verdictOf,
  runs: 1,
  ms: 1,
  tail,
});
const ended = (outcome: OutcomeRecord, disposition: Disposition, reason = outcome.reason) => ({
  n: 2,
  outcome,
  disposition,
  reason,
});
const LINES = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`).join("\n");

describe("the comment on a task", () => {
  const silent = { checks: undefined, stderr: () => "" };

  it("says why it is blocked, with the end of standard error", () => {
    const failed = ended(outcomeOf("failed"), BLOCK, "failed 3 times");
    expect(commentOn(failed, silent)).toBe("failed 3 times");
    const said = commentOn(failed, { ...silent, stderr: () => LINES }) ?? "";
    expect(said.split("\n").slice(0, 4)).toEqual(["failed 3 times", "", "The end of standard error:", "line 11"]);
  });

  it("says what a failed check printed each time, and else nothing of a try that is made again", () => {
    const unproven = ended(outcomeOf("claimed-done-unproven", "check failed"), RETRY);
    const checks = [check("passed", "ok"), check("failed", "boom")];
    expect(commentOn(unproven, { ...silent, checks })).toBe(
      "attempt 2: check failed\n\nThe end of what `npm test` printed:\nboom",
    );
    expect(commentOn(unproven, silent)).toBeUndefined();
    expect(commentOn(ended(outcomeOf("failed"), RETRY), { ...silent, checks })).toBeUndefined();
    expect(commentOn(ended(outcomeOf("failed"), BLOCK), { ...silent, checks })).toContain("boom");
  });

  it("is not made for a question, which is a comment already", () => {
    const question = outcomeOf("question", "which one?");
    expect(commentOn(ended(question, BLOCK), { ...silent, stderr: () => LINES })).toBeUndefined();
    expect(questionOf(question, issueOf("in_progress"))).toBe("which one?");
    // It was put to fleet, which has blocked the task with it.
    expect(questionOf(question, issueOf("blocked"))).toBeUndefined();
    expect(questionOf(outcomeOf("failed"), issueOf("in_progress"))).toBeUndefined();
  });
});

describe("the line in the journal", () => {
  it.each<[what: string, kind: OutcomeKind, disposition: Disposition, issue: Issue, event: string, text: string]>([
    ["what is closed is done", "done", { kind: "close", reason: "x" }, issueOf("closed"), "done", "why"],
    [
      "what a person decided meanwhile is kept",
      "done",
      { kind: "close", reason: "x" },
      issueOf("blocked", { reason: "ann stopped it" }),
      "kept",
      "ann stopped it",
    ],
    ["without a reason too", "done", { kind: "close", reason: "x" }, issueOf("open"), "kept", "set to open meanwhile"],
    ["what waits for a person is blocked", "question", BLOCK, issueOf("blocked"), "blocked", "why"],
    ["what was answered meanwhile is back", "question", BLOCK, issueOf("open"), "question", "why"],
    ["a claim is asked", "asked", { kind: "ask" }, issueOf("blocked"), "asked", "why"],
    [
      "a try says when the next one may begin",
      "failed",
      RETRY,
      issueOf("open"),
      "failed",
      "why (again from 2030-01-01T12:01:00Z)",
    ],
  ])("%s", (_what, kind, disposition, issue, event, text) => {
    expect(journalLine(ended(outcomeOf(kind), disposition, "why"), issue)).toMatchObject({
      event,
      text: `attempt 2: ${text}`,
    });
  });

  it("says no time where a person's hand decides whether it is tried again", () => {
    const aside = outcomeOf("killed", "why", { becomes: "set-aside" });
    expect(journalLine(ended(aside, RETRY), issueOf("open"))).toEqual({
      event: "killed",
      text: "attempt 2: why",
      until: undefined,
    });
  });
});

describe("a session", () => {
  const history = { id: "s1", coder: "claude", account: "work" };
  const by = { coder: claude, account: "work" };
  const kept = { session: "s1", session_coder: "claude", session_account: "work" };

  it("is resumed by the coder and the account that began it", () => {
    expect(sessionToResume(issueOf("open", kept), by)).toBe("s1");
    expect(sessionToResume(issueOf("open", kept), { ...by, account: "home" })).toBeUndefined();
    expect(sessionToResume(issueOf("open", { ...kept, session_coder: "codex" }), by)).toBeUndefined();
    expect(sessionToResume(issueOf("open", { ...kept, session_coder: "shell" }), { ...by, coder: shell })).toBe(
      undefined,
    );
    expect(sessionToResume(issueOf("open"), by)).toBeUndefined();
  });

  it("is kept where the table resumes after such an end, unless it failed twice the same way", () => {
    const failed = outcomeOf("failed", "API Error 400", { session: "s1" });
    expect(sessionToKeep(failed, [failed], by)).toEqual(history);
    expect(sessionToKeep(failed, [failed, failed], by)).toBeUndefined();
    expect(sessionToKeep(outcomeOf("context-full", "full", { session: "s1" }), [], by)).toBeUndefined();
    expect(sessionToKeep(outcomeOf("failed"), [], by)).toBeUndefined();
    expect(sessionToKeep(failed, [failed], { ...by, coder: shell })).toBeUndefined();
    expect(sessionToKeep(failed, [failed], { ...by, coder: undefined })).toBeUndefined();
  });
});

describe("limits before a start", () => {
  const spent = { tokens: 1_000, usd: 0 };

  it("are kept where they can be measured and are not used up", () => {
    expect(limitsToKeep({ ok: true, limits: { tokens: 2_000 } }, claude, spent)).toEqual({
      kind: "kept",
      limits: { tokens: 2_000 },
    });
  });

  it("keep an attempt from being started where they can't be read or measured, or are used up", () => {
    const why = (
      read: Parameters<typeof limitsToKeep>[0],
      coder: Parameters<typeof limitsToKeep>[1] = claude,
    ): string => {
      const kept = limitsToKeep(read, coder, spent);
      return kept.kind === "refused" ? kept.why : "";
    };
    expect(why({ ok: false, problems: ["usd: not a number"] })).toBe("metadata.limits: usd: not a number");
    expect(why({ ok: true, limits: { tokens: 2_000 } }, shell)).toContain("could not be kept");
    expect(why({ ok: true, limits: { tokens: 1_000 } })).toMatch(/^the task has used .* raises it\)$/);
  });
});
