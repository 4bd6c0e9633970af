/** Whether an attempt without living processes is judged yet, whether it was tried at all, and what it was short of. */
import { describe, expect, it } from "vitest";

import type { Classification } from "@fleet/coders/coder";

import type { StopReason } from "../../src/attempts/records/stop.ts";
import { completionInTime } from "../../src/engine/core/completion.ts";
import { type Ended, judgement } from "../../src/engine/core/judgement.ts";
import { evidence } from "../support/evidence.ts";

const failed = (reason: string, cause: "task" | "machine" = "task"): Classification => ({
  kind: "failed",
  cause,
  reason,
});
const ended = (over: Partial<Ended["evidence"]> = {}, more: Partial<Ended> = {}): Ended => ({
  evidence: evidence(over),
  notStarted: undefined,
  short: false,
  ...more,
});
const killed: StopReason = { kind: "killed", by: "ann" };
const finished: StopReason = { kind: "finished" };
const SHOWN = { passed: [], failed: [], unfinished: true, unmet: [], outside: [] };

describe("an attempt that has ended", () => {
  it("is not judged while the signal that ended it may be ending others", () => {
    expect(judgement(ended({ burst: { kind: "open" } }))).toEqual({ kind: "burst-open" });
    expect(judgement(ended({ burst: { kind: "alone" } })).kind).toBe("judged");
  });

  it("is not judged while a check is due, unless a person has stopped it", () => {
    expect(judgement(ended({ shown: SHOWN }))).toEqual({ kind: "check-due" });
    expect(judgement(ended({ shown: SHOWN, stop: finished }))).toEqual({ kind: "check-due" });
    expect(judgement(ended({ shown: SHOWN, stop: killed })).kind).toBe("judged");
    const byHand: StopReason = { kind: "by-hand", by: "ann", verb: "close" };
    expect(judgement(ended({ shown: SHOWN, stop: byHand })).kind).toBe("judged");
  });

  it.each<[what: string, ended: Ended, kind: string, lacked: string | undefined]>([
    ["exit 0", ended(), "done", undefined],
    ["a wrapper that could not fork was not started", ended({}, { short: true }), "not-started", "processes"],
    [
      "nor was one that was stopped as finished meanwhile",
      ended({ stop: finished }, { short: true }),
      "not-started",
      "processes",
    ],
    ["whom a person killed is killed", ended({ stop: killed }, { short: true }), "killed", "processes"],
    [
      "one that was fenced goes by what kept it from starting",
      ended({ end: "fenced" }, { notStarted: { kind: "directory-gone", reason: "/p is gone" } }),
      "spawn-failed",
      undefined,
    ],
    ["a fence without a reason is not a try either", ended({ end: "fenced" }), "not-started", undefined],
    [
      "what ran all the same is judged by its own end",
      ended({}, { notStarted: { kind: "failed", reason: "EIO" } }),
      "done",
      undefined,
    ],
    [
      "the machine's shortage is told by its words",
      ended({ classification: failed("fork: Cannot allocate memory", "machine") }),
      "interrupted",
      "memory",
    ],
    ["or is one of processes", ended({ classification: failed("no more", "machine") }), "interrupted", "processes"],
    ["which a task's own failure is not", ended({ classification: failed("Cannot fork") }), "failed", undefined],
    [
      "nor what fleet itself has ended",
      ended({ stop: killed, classification: failed("Cannot fork", "machine") }),
      "killed",
      undefined,
    ],
  ])("%s", (_what, given, kind, lacked) => {
    const found = judgement(given);
    expect(found).toMatchObject({ kind: "judged", outcome: { kind }, lacked });
  });
});

describe("a completion claim", () => {
  const claim = { uuid: "u", at: "2030-01-01T12:00:00Z", reason: "made it" };
  const at = Date.parse(claim.at);

  it("is the attempt's own, and stands though fleet stopped it before that", () => {
    expect(completionInTime(claim, "u", { why: undefined, at: undefined })).toBe(claim);
    expect(completionInTime(claim, "u", { why: { kind: "shutdown" }, at: at - 1 })).toBe(claim);
    expect(completionInTime(claim, "other", { why: undefined, at: undefined })).toBeUndefined();
  });

  it("is too late after a person had stopped the attempt", () => {
    expect(completionInTime(claim, "u", { why: killed, at: at - 1 })).toBeUndefined();
    expect(completionInTime(claim, "u", { why: killed, at: at + 1 })).toBe(claim);
    expect(completionInTime(claim, "u", { why: killed, at: undefined })).toBe(claim);
  });
});
