/** What follows from how a pull request stands. */
import { describe, expect, it } from "vitest";

import { type PullSeen, pullStep } from "../../src/engine/core/pull-request.ts";

describe("what follows from a pull request", () => {
  const seen = (over: Partial<PullSeen> = {}): PullSeen => ({
    state: "open",
    merged: undefined,
    head: "h1",
    branch: undefined,
    comments: [{ id: "c1", by: "bob", text: "why?", on: "a:1" }],
    checks: [{ name: "ci", verdict: "failed", url: "https://ci/1" }],
    ...over,
  });
  const known = { told: [], rounds: 0, was: "h0" };

  it("is one piece of work of all that was said and failed", () => {
    expect(pullStep(seen(), known, 3)).toEqual({
      kind: "rework",
      by: "bob, checks",
      words: "bob on a:1: why?\n\nthe check ci failed: https://ci/1",
      keys: ["comment c1", "check ci h1"],
    });
  });

  it("is nothing of what was told, but for a check that fails on another commit", () => {
    const told = { told: ["comment c1", "check ci h1"], rounds: 1 };
    expect(pullStep(seen(), told, 3)).toEqual({ kind: "wait", why: "1 of 1 check fails, as was reported" });
    expect(pullStep(seen({ head: "h2" }), told, 3)).toMatchObject({ kind: "rework", keys: ["check ci h2"] });
  });

  it("is a person's once it came back as often as it may", () => {
    expect(pullStep(seen(), { told: [], rounds: 3 }, 3)).toMatchObject({
      kind: "capped",
      keys: ["comment c1", "check ci h1"],
    });
  });

  it.each([
    [{ state: "merged", merged: "m" } as const, { kind: "merged", commit: "m" }],
    [{ state: "merged", merged: "m", head: "h0" } as const, { kind: "merged-before", commit: "m" }],
    [{ state: "closed" } as const, { kind: "closed" }],
    [
      { comments: [], checks: [] },
      { kind: "wait", why: "not merged yet" },
    ],
    [
      {
        comments: [{ id: "r", by: "bob", text: " ", on: undefined }],
        checks: [{ name: "ci", verdict: "pending", url: "" }],
      } as const,
      { kind: "wait", why: "1 of 1 check is running" },
    ],
  ])("%o: %o", (over, expected) => {
    expect(pullStep(seen(over), known, 3)).toEqual(expected);
  });
});
