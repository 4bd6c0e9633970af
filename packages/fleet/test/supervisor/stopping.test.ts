/** When a supervisor leaves, what it may do meanwhile, and whom which signal goes to: as decisions. */
import { describe, expect, it } from "vitest";

import { abandonStep, sweepNext, wrapperLast } from "../../src/engine/core/ending.ts";
import { modeNow } from "../../src/engine/core/mode.ts";
import { isOurs } from "../../src/engine/core/ownership.ts";
import { deadlineOf, endsBlind, handsOver } from "../../src/engine/core/stopping.ts";

describe("a supervisor", () => {
  it("waits for running attempts when it is asked to stop, and no longer when it is asked again", () => {
    expect(deadlineOf(undefined, 0, 100, 50)).toBeUndefined();
    const first = deadlineOf(undefined, 1, 100, 50);
    expect(first).toBe(150);
    // The turns after that put nothing off.
    expect(deadlineOf(first, 1, 140, 50)).toBe(150);
    expect(deadlineOf(first, 2, 140, 50)).toBe(139);
    expect(deadlineOf(undefined, 3, 140, 50)).toBe(139);
  });

  it("hands over at a signal from an unknown sender, but not while it stops", () => {
    const signal = { kind: "signal", signal: "SIGTERM" } as const;
    expect([handsOver(signal, 0), handsOver(signal, 1), handsOver(undefined, 0)]).toEqual([true, false, false]);
    expect([handsOver({ kind: "asked" }, 0), handsOver({ kind: "asked" }, 1)]).toEqual([true, true]);
  });

  it("leaves in time though what is left is unknown", () => {
    expect([endsBlind(100, 105, 5), endsBlind(100, 106, 5), endsBlind(undefined, 1e9, 5)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("claims nothing while it can't read what was said, or the process table; what was said holds it back as well", () => {
    const sees = { unreadable: [], blind: undefined };
    expect(modeNow({ kind: "running" }, sees)).toEqual({ kind: "running" });
    expect(modeNow({ kind: "running" }, { ...sees, blind: "no /proc" })).toEqual({ kind: "blind", why: "no /proc" });
    expect(modeNow({ kind: "running" }, { unreadable: ["a", "b"], blind: "no /proc" })).toEqual({
      kind: "unreadable",
      why: "a; b",
    });
    const stopping = { kind: "stopping", deadline: 1 } as const;
    expect(modeNow(stopping, { unreadable: ["a"], blind: "no /proc" })).toBe(stopping);
    expect(modeNow({ kind: "paused" }, { ...sees, blind: "no /proc" })).toEqual({ kind: "paused" });
  });
});

it("takes an attempt for its own by the claim, unless that came from outside, and by its record", () => {
  const known = { by: "here", here: "here", isUntrusted: false, hasRecord: () => false };
  expect(isOurs(known)).toBe(true);
  expect(isOurs({ ...known, by: "there", hasRecord: () => true })).toBe(false);
  expect(isOurs({ ...known, isUntrusted: true })).toBe(false);
  expect(isOurs({ ...known, isUntrusted: true, hasRecord: () => true })).toBe(true);
  expect(isOurs({ ...known, by: undefined })).toBe(false);
  expect(isOurs({ ...known, by: undefined, hasRecord: () => true })).toBe(true);
});

describe("ending an attempt", () => {
  it("ends the wrapper last, and only when it does not end on its own", () => {
    const isWrapper = (one: string): boolean => one === "wrapper";
    expect(wrapperLast(["wrapper", "tool"], isWrapper, true)).toEqual(["tool"]);
    expect(wrapperLast(["wrapper"], isWrapper, false)).toEqual([]);
    expect(wrapperLast(["wrapper"], isWrapper, true)).toEqual(["wrapper"]);
  });

  it("asks what is left over once, then ends it, and is in no hurry with what can't be ended", () => {
    expect([sweepNext(0), sweepNext(1), sweepNext(18), sweepNext(19)]).toEqual([
      { signal: "SIGTERM", isEager: true },
      { signal: "SIGKILL", isEager: true },
      { signal: "SIGKILL", isEager: true },
      { signal: "SIGKILL", isEager: false },
    ]);
  });

  it("of a home that is gone asks, waits, ends, and gives up on what waits in the kernel", () => {
    expect([abandonStep(0, 0, 100), abandonStep(1, 50, 100), abandonStep(2, 101, 100)]).toEqual([
      { kind: "signal", signal: "SIGTERM" },
      { kind: "wait" },
      { kind: "signal", signal: "SIGKILL" },
    ]);
    expect(abandonStep(300, 10_101, 100)).toEqual({ kind: "give-up" });
  });
});
