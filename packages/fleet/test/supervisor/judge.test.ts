/** The verdict, every outcome of it; when a task is due again; how long a coder is on hold. */
import { describe, expect, it } from "vitest";

import type { Cause } from "@fleet/coders/cause";
import type { Capabilities, Classification } from "@fleet/coders/coder";
import { emptyFacts } from "@fleet/coders/facts";
import { shell } from "@fleet/coders/shell/index";

import { claimsDone, type Evidence, judge } from "../../src/engine/core/judge.ts";
import { type OutcomeKind, OUTCOMES } from "../../src/attempts/records/outcome.ts";
import type { StopReason } from "../../src/attempts/records/stop.ts";
import { LIFECYCLE } from "../../src/engine/core/lifecycle.ts";
import type { OutcomeRecord } from "../../src/attempts/records/record.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { backoff, dueAt, HANDS_OFF, parkAfter } from "../../src/engine/core/backoff.ts";
import { evidence } from "../support/evidence.ts";

const TOOLS: Capabilities = { ...shell.capabilities, prompt: "stdin", reportsTools: true, exitZero: "nothing" };
const FAILED: Classification = { kind: "failed", cause: "task", reason: "exit 1" };

const worked = { ...emptyFacts(), toolsFinished: 2, toolsOk: 1 };
const refused = { ...emptyFacts(), toolsFinished: 2, toolsOk: 0 };
const untold = { ...emptyFacts(), toolsFinished: 2, toolsOk: 1, toolsUntold: 1 };
const PASSED = { passed: ["true"], failed: [], unfinished: false, unmet: [], outside: [] };
const killed: StopReason = { kind: "killed", by: "ann" };
const timedOut: StopReason = { kind: "timed-out", afterMs: 5_400_000 };

describe("judge", () => {
  it.each<[what: string, evidence: Partial<Evidence>, kind: OutcomeKind, reason: string]>([
    ["exit 0 of a script", {}, "done", "exit 0"],
    ["exit 0 of a coder", { capabilities: TOOLS, facts: worked }, "asked", "it ended without closing the task"],
    ["exit 1", { classification: FAILED }, "failed", "exit 1"],
    ["closed from inside", { completion: "made it", classification: FAILED }, "done", "made it"],
    [
      "closed from inside with a tool",
      { completion: "made it", capabilities: TOOLS, facts: worked },
      "done",
      "made it",
    ],
    [
      "closed from inside without one",
      { completion: "trust me", capabilities: TOOLS },
      "asked",
      "no tool finished but the call that closed the task",
    ],
    [
      "closed from inside, all tools refused",
      { completion: "x", capabilities: TOOLS, facts: refused },
      "asked",
      "none of its tools succeeded",
    ],
    [
      "closed from inside by one that ran commands which may have failed, and changed nothing",
      { completion: "x", capabilities: TOOLS, facts: untold, shown: { ...PASSED, changed: false } },
      "asked",
      "does not say whether they failed",
    ],
    [
      "the same, with a change",
      { completion: "made it", capabilities: TOOLS, facts: untold, shown: { ...PASSED, changed: true } },
      "done",
      "made it",
    ],
    [
      "the same, where nobody knows whether something changed",
      { completion: "made it", capabilities: TOOLS, facts: untold, shown: PASSED },
      "done",
      "made it",
    ],
    [
      "the same without a change, and a tool that surely ended well",
      {
        completion: "made it",
        capabilities: TOOLS,
        facts: { ...untold, toolsOk: 2 },
        shown: { ...PASSED, changed: false },
      },
      "done",
      "made it",
    ],
    ["a completion outranks a later stop", { completion: "made it", stop: timedOut }, "done", "made it"],
    ["a completion outranks a lost process", { completion: "made it", end: "unseen" }, "done", "made it"],
    ["blocked by itself", { status: "blocked", notes: "first\nwhich key?" }, "blocked", "which key?"],
    ["asked, and stopped", { status: "blocked", notes: "n", question: "which key?" }, "question", "which key?"],
    [
      "asked, and killed by a person before it had ended",
      { status: "blocked", question: "which key?", stop: killed },
      "killed",
      "killed by ann",
    ],
    ["blocked by itself, without a word", { status: "blocked" }, "blocked", "blocked by the agent"],
    ["blocked by itself outranks a stop", { status: "blocked", notes: "why?", stop: timedOut }, "blocked", "why?"],
    ["killed", { stop: killed, classification: FAILED }, "killed", "killed by ann"],
    ["killed, though it ended well", { stop: killed }, "killed", "killed by ann"],
    ["killed before it was started", { stop: killed, end: "fenced" }, "killed", "killed by ann"],
    ["taken away by hand", { stop: { kind: "by-hand", by: "ann", verb: "close" } }, "killed", "ann did close"],
    ["stopped with the supervisor", { stop: { kind: "shutdown" } }, "killed", "stopped with the supervisor"],
    ["timed out", { stop: timedOut, end: "unseen" }, "timed-out", "ran for 1h30m, the task's limit"],
    [
      "context full",
      { stop: { kind: "context-full", tokens: 90, window: 100 } },
      "context-full",
      "context 90% full (90 of 100 tokens)",
    ],
    ["the claim was lost", { stop: { kind: "claim-lost" }, held: false }, "killed", "taken from it by hand"],
    ["the claim was lost and it ended", { held: false }, "killed", "taken from it by hand"],
    [
      "its place is gone for good",
      { end: "unseen", classification: FAILED, placeGone: "host a" },
      "interrupted",
      "it ran on host a, which a person said is gone for good",
    ],
    [
      "it was ended after its place was said to be gone",
      { classification: FAILED, placeGone: "host a" },
      "interrupted",
      "it ran on host a",
    ],
    ["it ended well before it could be ended", { placeGone: "host a" }, "done", "exit 0"],
    ["gone without an exit", { end: "unseen", classification: FAILED }, "lost", "gone without an exit status"],
    ["fenced", { end: "fenced", held: false }, "not-started", "never started"],
    ["stopped after its result", { stop: { kind: "finished" }, classification: FAILED }, "failed", "exit 1"],
    [
      "stopped as finished in the middle of a tool, however it ended",
      {
        stop: { kind: "finished" },
        facts: { ...worked, toolsOpen: [{ id: "1", tool: "Bash", summary: "npm test" }] },
        shown: PASSED,
      },
      "interrupted",
      "in the middle of a tool (npm test)",
    ],
    ["stopped after a good result", { stop: { kind: "finished" }, shown: PASSED }, "done", "its result was good, and"],
    ["a question", { capabilities: TOOLS, facts: { ...worked, question: "red?" } }, "question", "red?"],
    [
      "rate limit",
      { classification: { kind: "failed", cause: "window", reason: "used up" } },
      "rate-limited",
      "used up",
    ],
    ["not signed in", { classification: { kind: "failed", cause: "sign-in", reason: "sign in" } }, "auth", "sign in"],
    [
      "the coder says context full",
      { classification: { kind: "failed", cause: "context", reason: "too long" } },
      "context-full",
      "too long",
    ],
    ["over budget", { classification: { kind: "failed", cause: "budget", reason: "cap" } }, "over-budget", "cap"],
    [
      "could not be started",
      { classification: { kind: "spawn-failed", reason: "not found" } },
      "spawn-failed",
      "not found",
    ],
  ])("%s", (_what, over, kind, reason) => {
    const outcome = judge(evidence(over));
    expect(outcome.kind).toBe(kind);
    expect(outcome.reason).toContain(reason);
  });

  it("keeps the last words of an attempt with a claim to judge, on one line", () => {
    const said = (text: string, lastText = ""): string | undefined =>
      judge(evidence({ capabilities: TOOLS, facts: { ...worked, lastText, result: { ok: true, text, acts: 1 } } }))
        .words;
    expect(said("All of it\n\nis  fixed.", "earlier")).toBe("All of it is fixed.");
    expect(said(" ", "All is fixed.")).toBe("All is fixed.");
    expect(said("")).toBeUndefined();
    expect(said("x".repeat(1_000))).toHaveLength(400);
  });

  it("says on its own what becomes of the task", () => {
    expect(judge(evidence({ stop: killed }))).toMatchObject({ becomes: "blocked", counts: false });
    expect(judge(evidence({ stop: { kind: "shutdown" } }))).toMatchObject({ becomes: "open", counts: false });
    expect(judge(evidence({ stop: { kind: "by-hand", by: "a", verb: "close" } }))).toMatchObject({
      becomes: "set-aside",
    });
    expect(judge(evidence({ held: false }))).toMatchObject({ becomes: "keep", counts: false });
    const until = "2026-03-01T00:00:00Z";
    const limit: Classification = { kind: "failed", cause: "window", until, reason: "r" };
    expect(judge(evidence({ classification: limit }))).toMatchObject({
      parks: "window",
      until,
      counts: false,
    });
    expect(judge(evidence({ classification: { kind: "failed", cause: "sign-in", reason: "r" } }))).toMatchObject({
      parks: "auth",
    });
  });

  it.each<[cause: Cause, kind: string, parks: string | undefined, counts: boolean]>([
    ["window", "rate-limited", "window", false],
    ["minute", "rate-limited", "minute", false],
    ["outage", "outage", "outage", false],
    ["sign-in", "auth", "auth", false],
    ["credit", "no-credit", "credit", false],
    ["on-hold", "no-credit", "on-hold", false],
    ["context", "context-full", undefined, false],
    ["lost-session", "session-lost", undefined, false],
    ["poisoned-session", "session-poisoned", undefined, true],
    ["budget", "over-budget", undefined, true],
    ["turns", "over-budget", undefined, true],
    ["machine", "interrupted", undefined, false],
    ["task", "failed", undefined, true],
  ])("follows from whose fault it was: %s", (cause, kind, parks, counts) => {
    const outcome = judge(evidence({ classification: { kind: "failed", cause, reason: "r" }, facts: worked }));
    expect({ ...outcome, parks: outcome.parks }).toMatchObject({ kind, counts });
    expect(outcome.parks).toBe(parks);
    const { resume, holds } = LIFECYCLE[outcome.kind];
    expect(holds).toBe(parks === undefined ? "nothing" : "account");
    expect(resume).toBe(!["context", "lost-session", "poisoned-session"].includes(cause));
  });

  it.each<[what: string, over: Partial<Evidence>, kind: string]>([
    ["its time", { stop: { kind: "timed-out", afterMs: 7_200_000 } }, "rate-limited"],
    ["its silence", { stop: { kind: "stalled", idleMs: 900_000, last: "" } }, "rate-limited"],
    ["its idle limit", { stop: { kind: "over-limit", limit: "idle", used: 2, of: 1 } }, "rate-limited"],
    ["a person", { stop: killed }, "killed"],
    ["its turns", { stop: { kind: "over-limit", limit: "turns", used: 2, of: 1 } }, "over-budget"],
  ])("a stop for %s, while it only tried again after a limit", (_what, over, kind) => {
    const retrying = { kind: "limit", state: "retrying", scope: "minute", detail: "retry 3 of 10" } as const;
    expect(judge(evidence({ ...over, facts: { ...worked, retrying } })).kind).toBe(kind);
    const told = { cause: "outage", detail: "Attempt 9 failed with status 503" } as const;
    expect(judge(evidence({ ...over, limited: told })).kind).toBe(kind === "rate-limited" ? "outage" : kind);
    expect(judge(evidence(over)).kind).not.toBe("rate-limited");
  });

  it.each([1, 128, 137])("a good result with exit %i goes to the checks, and is not called exit 0", (exitCode) => {
    expect(claimsDone(evidence({ exitCode }))).toBe(true);
    const { kind, reason } = judge(evidence({ exitCode, shown: PASSED }));
    expect([kind, reason]).toEqual([
      "done",
      `its result was good (exit ${exitCode} all the same), and \`true\` passed`,
    ]);
  });

  it("has a rule in words for every outcome", () => {
    expect(Object.keys(LIFECYCLE).sort()).toEqual([...OUTCOMES].sort());
    for (const rule of Object.values(LIFECYCLE)) expect(rule.means).not.toBe("");
  });
});

const config = { ...DEFAULTS, retry_backoff: 10_000, retry_backoff_max: 60_000, limit_pause: 60_000 };
const WALL = Date.parse("2026-03-01T12:00:00Z");

describe("when a task is due again", () => {
  it.each([
    [1, 0, 10_000],
    [2, 0, 20_000],
    [3, 0, 40_000],
    [4, 0, 60_000],
    [50, 0, 60_000],
    [1, 1, 12_500],
    [9, 0.5, 67_500],
  ])("after try %i with chance %f: %i ms", (tries, chance, millis) =>
    expect(backoff(config, tries, chance)).toBe(millis),
  );

  it("a time that lies further ahead than fleet ever sets one is due: the clock was set back", () => {
    expect(dueAt(config, WALL + 60_000, WALL)).toBe(WALL + 60_000);
    expect(dueAt(config, WALL + HANDS_OFF, WALL)).toBe(WALL + HANDS_OFF);
    expect(dueAt(config, WALL + 365 * 86_400_000, WALL)).toBe(0);
    expect(dueAt(config, 0, WALL)).toBe(0);
  });
});

describe("how long a coder is on hold", () => {
  const outcome = (over: Partial<OutcomeRecord>): OutcomeRecord => ({
    kind: "rate-limited",
    reason: "r",
    becomes: "open",
    counts: false,
    at: "",
    duration_ms: 0,
    usage: { input: 0, output: 0 },
    ...over,
  });
  const until = (millis: number): string => new Date(WALL + millis).toISOString();

  it.each<[what: string, over: Partial<OutcomeRecord>, chance: number, expected: number | undefined]>([
    ["not at all", {}, 0, undefined],
    ["ten pauses where a person has to act, then it is tried", { parks: "auth" }, 0, WALL + 600_000],
    ["until the reset", { parks: "window", until: until(3_600_000) }, 0, WALL + 3_600_000],
    [
      "a little later, so that not all come back together",
      { parks: "window", until: until(3_600_000) },
      1,
      WALL + 3_615_000,
    ],
    ["the usual pause where no reset was named", { parks: "window" }, 0, WALL + 60_000],
    ["the usual pause for a reset that is no time", { parks: "minute", until: "soon" }, 0, WALL + 60_000],
    ["the usual pause for a reset in the past", { parks: "window", until: until(-5_000) }, 0, WALL + 60_000],
  ])("%s", (_what, over, chance, expected) => {
    const park = parkAfter(config, outcome(over), undefined, WALL, chance);
    const wanted = expected === Infinity ? null : expected === undefined ? undefined : new Date(expected).toISOString();
    expect(park?.until).toBe(wanted);
  });
});
