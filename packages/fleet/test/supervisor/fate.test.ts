/** What follows from how an attempt ended: for its task, its account, its coder and its directory. */
import { describe, expect, it } from "vitest";

import { OUTCOMES, type Outcome } from "../../src/attempts/records/outcome.ts";
import type { OutcomeRecord } from "../../src/attempts/records/record.ts";
import type { Park } from "../../src/engine/core/accounts/park.ts";
import { CLOSED } from "../../src/engine/core/breaker.ts";
import { accountAfter, breakersAfter, signOf } from "../../src/engine/core/consequences.ts";
import { fate, type History } from "../../src/engine/core/fate.ts";
import { verdict } from "../../src/engine/core/verdict.ts";
import { LIFECYCLE, STAGES } from "../../src/engine/core/lifecycle.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";

const WALL = Date.parse("2026-03-01T12:00:00Z");
const config = { ...DEFAULTS, max_attempts: 4, retry_backoff: 10_000, retry_backoff_max: 60_000 };
const chance = { config, wall: WALL, random: 0 };
const NEW: History = { tries: 0, outcomes: [] };
const after = (outcome: Outcome, history: Partial<History> = {}) =>
  fate(LIFECYCLE, outcome, { ...NEW, outcomes: [outcome], ...history }, chance);
const times = (n: number, outcome: Outcome): Outcome[] => Array.from({ length: n }, () => outcome);
const inSeconds = (seconds: number) => ({
  kind: "retry",
  notBefore: new Date(WALL + seconds * 1_000).toISOString(),
});
const NOW = { kind: "retry", notBefore: undefined };

describe("the next step of a task", () => {
  it.each(OUTCOMES)("after %s is what the table says", (kind) => {
    const { becomes } = LIFECYCLE[kind];
    const expected = {
      closed: "close",
      open: "retry",
      blocked: "block",
      keep: "retry",
      "set-aside": "retry",
      asked: "ask",
    };
    expect(after(verdict(kind, "why")).disposition.kind).toBe(expected[becomes]);
  });

  it("pauses longer after each counted try, and blocks when they are used up", () => {
    const failed = verdict("failed", "exit 1");
    expect(after(failed).disposition).toEqual(inSeconds(10));
    expect(after(failed, { tries: 1 }).disposition).toEqual(inSeconds(20));
    expect(after(failed, { tries: 3 })).toEqual({
      disposition: { kind: "block" },
      reason: "failed 4 times, the last: exit 1",
    });
  });

  it("blocks what fails the same way three times, but not what a hold waits out", () => {
    const failed = verdict("failed", "exit 1");
    expect(after(failed, { tries: 2, outcomes: times(3, failed) }).reason).toBe(
      "failed the same way 3 times in a row: exit 1",
    );
    const missing = verdict("spawn-failed", "not found");
    expect(after(missing, { tries: 2, outcomes: times(3, missing) }).disposition.kind).toBe("retry");
    const odd = verdict("spawn-failed", "no idea", { holds: "nothing" });
    expect(after(odd, { tries: 2, outcomes: times(3, odd) }).disposition.kind).toBe("block");
  });

  it("waits for the account and not for itself after a limit, however often", () => {
    const limited = verdict("rate-limited", "the window is used up", { parks: "window" });
    expect(after(limited, { outcomes: times(50, limited) }).disposition).toEqual(NOW);
  });

  it("needs a person after ten uncounted attempts in a row, and after ten more", () => {
    const full = verdict("context-full", "88%");
    expect([9, 10, 11, 20].map((n) => after(full, { outcomes: times(n, full) }).disposition.kind)).toEqual([
      "retry",
      "block",
      "retry",
      "block",
    ]);
    expect(after(verdict("not-started", "busy"), { tries: 3 }).disposition).toEqual(inSeconds(10));
  });

  it("needs a person after ten manual stops in a row", () => {
    const byHand = verdict("killed", "stopped, because Ann did close on the task by hand", { becomes: "set-aside" });
    expect([9, 10, 11, 20].map((n) => after(byHand, { outcomes: times(n, byHand) }).disposition.kind)).toEqual([
      "retry",
      "block",
      "retry",
      "block",
    ]);
    expect(after(byHand, { outcomes: times(10, byHand) }).reason).toMatch(/^killed 10 times in a row/);
  });

  it("is left to the person who changed the task", () => {
    expect(after(verdict("killed", "taken", { becomes: "keep" })).disposition).toEqual(NOW);
    expect(after(verdict("killed", "by hand", { becomes: "set-aside" })).disposition).toEqual(inSeconds(30));
  });
});

it("only what is judged after its claim ends while it is verified, or moves on to review", () => {
  const verifying = OUTCOMES.filter((kind) => LIFECYCLE[kind].stage === "verifying");
  expect(verifying).toEqual(["done", "claimed-done-unproven", "out-of-scope"]);
  expect(OUTCOMES.filter((kind) => LIFECYCLE[kind].stage === "review")).toEqual(["asked"]);
  expect(STAGES).toEqual(["working", "verifying", "review"]);
});

describe("the account", () => {
  const of = (outcome: Outcome, output = 0): OutcomeRecord => {
    return { ...outcome, at: "", duration_ms: 0, usage: { input: 0, output } };
  };
  const at = { wall: WALL, random: 0 };
  const auth = of(verdict("auth", "not signed in", { parks: "auth" }));

  it("waits for a person after a sign-in that was refused, and is tried again once in a while", () => {
    const change = accountAfter(config, "work", auth, undefined, at);
    expect(change).toMatchObject({
      kind: "park",
      park: { until: "2026-03-01T12:10:00.000Z", kind: "auth", reason: "not signed in" },
    });
    expect(change).toMatchObject({
      news: {
        event: "park",
        text: "work waits until 2026-03-01T12:10:00.000Z: not signed in (fixed? fleet resume work)",
      },
    });
  });

  it("keeps waiting for what takes longer", () => {
    const byHand: Park = { until: null, reason: "paused by ann", kind: "hand", repeats: 0 };
    expect(accountAfter(config, "work", auth, byHand, at)).toEqual({ kind: "none" });
  });

  it("resets its pauses once an attempt on it was answered", () => {
    const released: Park = { until: null, reason: "x", kind: "minute", repeats: 3, released: "2026-03-01T11:00:00Z" };
    expect(accountAfter(config, "work", of(verdict("done", "ok")), released, at)).toEqual({ kind: "forget-park" });
    expect(accountAfter(config, "work", of(verdict("lost", "x")), released, at)).toEqual({ kind: "none" });
  });
});

it("the breakers say what opens and what works again, once", () => {
  const settings = { failures: 2, pause: 1_000, burst: 0 };
  const looked = { coder: "claude", path: "/bin" };
  const missing = { looked, dir: "/p", sign: signOf(LIFECYCLE, verdict("spawn-failed", "not found")) };
  const one = breakersAfter(CLOSED, missing, settings, WALL);
  expect(one?.news).toEqual([]);
  const two = breakersAfter(one?.breakers ?? CLOSED, missing, settings, WALL);
  expect(two?.news).toMatchObject([
    { event: "park", text: expect.stringMatching(/^claude: 2 failed starts in a row/) },
  ]);
  const lost = { ...missing, sign: signOf(LIFECYCLE, verdict("lost", "gone")) };
  expect(breakersAfter(two?.breakers ?? CLOSED, lost, settings, WALL)).toBeUndefined();
  const works = { ...missing, sign: signOf(LIFECYCLE, verdict("failed", "exit 1")) };
  const three = breakersAfter(two?.breakers ?? CLOSED, works, settings, WALL);
  expect(three).toEqual({ breakers: CLOSED, news: [{ event: "unpark", text: "claude works again" }] });
});

it("a setup that fails holds its project until a setup of it works, whatever becomes of attempts that ran none", () => {
  const settings = { failures: 5, pause: 1_000, burst: 0 };
  const begun = { looked: { coder: "claude", path: "/bin" }, dir: "/p/app" };
  const failed = verdict("not-started", "exit 1", { holds: "setup" });
  const broken = { ...begun, setup: "/p", sign: signOf(LIFECYCLE, failed) };
  const open = breakersAfter(CLOSED, broken, settings, WALL)?.breakers ?? CLOSED;
  expect(open.setups).toMatchObject({ "/p": { failures: 1, probeAt: WALL + 1_000 } });
  const started = signOf(LIFECYCLE, verdict("failed", "exit 1"));
  expect(breakersAfter(open, { ...begun, sign: started }, settings, WALL)).toBeUndefined();
  const works = { breakers: CLOSED, news: [{ event: "unpark", text: "the setup of /p works again" }] };
  expect(breakersAfter(open, { ...begun, setup: "/p", sign: started }, settings, WALL)).toEqual(works);
  const refused = signOf(LIFECYCLE, verdict("not-started", "passes already"));
  expect(breakersAfter(open, { ...begun, setup: "/p", sign: refused }, settings, WALL)).toEqual(works);
});

it("a setup that fails again and again is not held against the task: its project waits for that", () => {
  const failed = verdict("not-started", "exit 1", { holds: "setup" });
  expect(after(failed, { outcomes: times(10, failed) }).disposition.kind).toBe("retry");
  const busy = verdict("not-started", "the machine was busy");
  expect(after(busy, { outcomes: [...times(9, failed), busy] }).disposition.kind).toBe("retry");
  expect(after(busy, { outcomes: times(10, busy) }).disposition.kind).toBe("block");
});
