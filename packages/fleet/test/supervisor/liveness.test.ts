/** Liveness: the verdict as a table and as promises, the process tree, prompts, and which threshold counts. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { effective } from "../../src/settings/effective/effective.ts";
import { thresholdsOf } from "../../src/settings/effective/thresholds.ts";
import { TUNING } from "../../src/settings/tuning.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { checkConfig } from "../../src/settings/check.ts";
import { asksPerson } from "../../src/engine/core/asks-person.ts";
import { inWords, type Liveness, liveness, type Observation, stopFor } from "../../src/engine/core/liveness.ts";
import { describeShown, shownAs } from "../../src/engine/shell/state/shown-life.ts";
import { isStep } from "../../src/engine/core/recordings.ts";
import { plan } from "../../src/engine/core/plan.ts";
import { beginLife, hear, stirs } from "../../src/engine/core/life.ts";
import { passOf, treeOf, type ProcessUsage } from "../../src/engine/shell/observe/process-usage.ts";
import { RUNNING, worldOf } from "../support/world.ts";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;
const LIMITS = thresholdsOf(effective(DEFAULTS, {}, "claude"), TUNING);

/** Silent for so many minutes, and watched all the while. */
const silent = (minutes: number, over: Partial<Observation> = {}): Observation => {
  const at = NOW - minutes * MINUTE;
  const signs = { eventAt: at, grewAt: at, busyAt: at, beatAt: at };
  return {
    now: NOW,
    watchedSince: 0,
    ...signs,
    open: undefined,
    children: 0,
    waiting: undefined,
    seemsToAsk: undefined,
    last: "Bash: npm install",
    ...over,
  };
};
const TEST = { what: "npm test (Bash)", since: NOW - 6 * MINUTE };

describe("the verdict", () => {
  it.each<[string, Observation, string]>([
    ["just spoke", silent(0), "working"],
    ["nothing for a minute", silent(1), "quiet: waiting for its model for 1m"],
    ["nothing for 14 minutes", silent(14), "quiet: waiting for its model for 14m"],
    ["nothing for 15 minutes", silent(15), "hung: nothing for 15m; last: Bash: npm install"],
    ["never did anything", silent(15, { last: "" }), "hung: nothing for 15m; last: nothing"],
    ["only tries again", silent(0, { limited: "retry 3 of 10" }), "limited: retries on its own: retry 3 of 10"],
    [
      "only tries again, on standard error",
      silent(2, { grewAt: NOW - 1_000, limited: "status 429" }),
      "limited: retries on its own: status 429",
    ],
    ["tries again beside an open tool", silent(0, { limited: "retry 3 of 10", open: TEST }), "working"],
    [
      "tried again long ago",
      silent(16, { limited: "retry 3 of 10" }),
      "hung: nothing for 16m; last: Bash: npm install",
    ],
    ["a file grew", silent(15, { grewAt: NOW - 1_000 }), "working"],
    ["its processes are busy", silent(15, { busyAt: NOW - 1_000 }), "working"],
    ["only its heartbeat", silent(15, { beatAt: NOW - 1_000 }), "quiet: waiting for its model for 15m"],
    [
      "only its heartbeat, for an hour",
      silent(60, { beatAt: NOW }),
      "hung: nothing for 1h00m; last: Bash: npm install",
    ],
    ["nobody watched so long", silent(15, { watchedSince: NOW - MINUTE }), "quiet: waiting for its model for 15m"],
    ["in a tool, 4 minutes", silent(4, { open: TEST }), "working"],
    ["in a tool, 6 minutes", silent(6, { open: TEST }), "quiet: running npm test (Bash) for 6m"],
    ["in a tool, an hour", silent(60, { open: TEST }), "quiet for very long: running npm test (Bash) for 6m"],
    ["in a busy tool, an hour", silent(60, { open: TEST, busyAt: NOW }), "working"],
    ["a child, 6 minutes", silent(6, { children: 1 }), "quiet: in a child process for 6m"],
    ["children, an hour", silent(60, { children: 2 }), "quiet for very long: in 2 child processes for 1h00m"],
    ["children are not known", silent(20, { children: undefined }), "quiet: nothing from it for 20m"],
    [
      "asks for permission",
      silent(1, { open: TEST, waiting: { for: "permission", text: "Bash: rm -r x" } }),
      "waiting for permission: Bash: rm -r x",
    ],
  ])("%s", (_, seen, words) => {
    expect(inWords(liveness(seen, LIMITS), NOW)).toBe(words);
  });

  it("says the same from the file, later", () => {
    const verdict = liveness(silent(6, { open: TEST }), LIMITS);
    const wall = Date.parse("2030-01-01T12:00:00Z");
    const shown = shownAs(verdict, NOW, wall);
    expect(shown).toMatchObject({ kind: "quiet", since: "2030-01-01T11:54:00.000Z" });
    expect(describeShown(shown, wall + MINUTE)).toBe("quiet: running npm test (Bash) for 7m");
    const hung = shownAs(liveness(silent(15), LIMITS), NOW, wall);
    const dead = shownAs({ kind: "dead" }, NOW, wall);
    expect(describeShown(dead, wall)).toBe("ended; its result is being checked");
    expect(describeShown(hung, wall)).toBe("hung: nothing for 15m; last: Bash: npm install");
  });

  it("waits for an answer to fleet ask for as long as it said", () => {
    const verdict = liveness(silent(600, { waiting: { for: "answer", text: "red or blue?" } }), LIMITS);
    expect(inWords(verdict, NOW)).toBe("waiting for an answer (fleet questions): red or blue?");
    expect(stopFor(verdict)).toBeUndefined();
  });

  it("a notice to sign in is believed when it would be hung, not before", () => {
    const seemsToAsk = { for: "login", text: "Visit https://example.com/login" } as const;
    expect(liveness(silent(14, { seemsToAsk }), LIMITS).kind).toBe("quiet");
    expect(stopFor(liveness(silent(15, { seemsToAsk }), LIMITS))).toEqual({ kind: "waiting", ...seemsToAsk });
    expect(liveness(silent(15, { seemsToAsk, open: TEST }), LIMITS).kind).toBe("quiet");
  });

  it("stops what hangs, and what waits in vain", () => {
    expect(stopFor(liveness(silent(15), LIMITS))).toEqual({
      kind: "stalled",
      idleMs: 15 * MINUTE,
      last: "Bash: npm install",
    });
    const waiting = { for: "question", text: "red or blue?" } as const;
    expect(stopFor(liveness(silent(1, { waiting }), LIMITS))).toBeUndefined();
    expect(stopFor(liveness(silent(2, { waiting }), LIMITS))).toEqual({ kind: "waiting", ...waiting });
    expect(stopFor(liveness(silent(600, { open: TEST }), LIMITS))).toBeUndefined();
  });
});

const minutes = fc.integer({ min: 0, max: 300 }).map((n) => n * MINUTE);
const seenArb: fc.Arbitrary<Observation> = fc.record({
  now: fc.constant(NOW),
  watchedSince: minutes.map((ago) => NOW - ago),
  eventAt: minutes.map((ago) => NOW - ago),
  grewAt: minutes.map((ago) => NOW - ago),
  busyAt: minutes.map((ago) => NOW - ago),
  beatAt: minutes.map((ago) => NOW - ago),
  open: fc.option(
    minutes.map((ago) => ({ what: "npm test (Bash)", since: NOW - ago })),
    { nil: undefined },
  ),
  children: fc.option(fc.nat(3), { nil: undefined }),
  waiting: fc.option(fc.constant({ for: "permission", text: "?" } as const), { nil: undefined, freq: 5 }),
  seemsToAsk: fc.option(fc.constant({ for: "login", text: "?" } as const), { nil: undefined }),
  last: fc.constant(""),
});

/** How bad: more is worse. */
function badness(verdict: Liveness): number {
  switch (verdict.kind) {
    case "limited":
    case "working":
      return 0;
    case "quiet":
      return verdict.warned ? 2 : 1;
    case "hung":
      return 3;
    case "waiting":
      return verdict.overdue ? 2 : 1;
    case "dead":
      return 4;
  }
}

describe("promises", () => {
  it("while a tool or a child is open, or its children are not known, it is never hung", () => {
    fc.assert(
      fc.property(seenArb, (seen) => {
        const { kind } = liveness(seen, LIMITS);
        return kind !== "hung" || (seen.open === undefined && seen.children === 0);
      }),
    );
  });

  it("time alone never makes it better", () => {
    fc.assert(
      fc.property(seenArb, minutes, (seen, more) => {
        const later = liveness({ ...seen, now: seen.now + more }, LIMITS);
        return badness(later) >= badness(liveness(seen, LIMITS));
      }),
    );
  });

  it("a sign never makes it worse: an event, growth, CPU, a heartbeat, having watched less", () => {
    const signs = fc.constantFrom("eventAt", "grewAt", "busyAt", "beatAt", "watchedSince");
    fc.assert(
      fc.property(seenArb, signs, minutes, (seen, sign, more) => {
        const better = { ...seen, [sign]: Math.min(NOW, seen[sign] + more) };
        return badness(liveness(better, LIMITS)) <= badness(liveness(seen, LIMITS));
      }),
    );
  });

  it("hung means: no sign for hung_after, watched all that time", () => {
    fc.assert(
      fc.property(seenArb, (seen) => {
        const newest = Math.max(seen.eventAt, seen.grewAt, seen.busyAt, seen.watchedSince);
        return liveness(seen, LIMITS).kind !== "hung" || NOW - newest >= LIMITS.hungAfter;
      }),
    );
  });
});

describe("plan", () => {
  const hung: Liveness = { kind: "hung", idleMs: 15 * MINUTE, last: "Bash: npm install" };
  const planned = (over: Partial<typeof RUNNING>) =>
    plan(worldOf({ kind: "running", ...RUNNING, ...over, liveness: hung }, MINUTE)).filter(isStep);

  it("stops what hangs", () => {
    expect(planned({})).toMatchObject([{ kind: "stop", reason: { kind: "stalled", last: "Bash: npm install" } }]);
  });

  it("does nothing about what is over, or is being stopped for another reason", () => {
    expect(planned({ resultAt: MINUTE })).toEqual([]);
    expect(planned({ finishedAt: MINUTE })).toEqual([]);
    expect(planned({ stop: { kind: "killed", by: "Ann" }, termedAt: MINUTE })).toEqual([]);
  });
});

describe("the process tree", () => {
  const proc = (pid: number, ppid: number, group: number, began: number, cpu = 0): ProcessUsage => ({
    pid,
    ppid,
    group,
    began,
    cpu,
  });
  const WRAPPER = [proc(10, 1, 10, 1_000, 10), proc(11, 10, 10, 1_010, 500)];
  const tree = (more: readonly ProcessUsage[], spokeAt = 60_000) =>
    treeOf(passOf(0, [...WRAPPER, ...more]), 10, spokeAt, 99);

  it("adds up what all its processes used, in any session", () => {
    expect(tree([proc(12, 11, 12, 2_000, 30), proc(13, 12, 13, 2_000, 4), proc(14, 1, 14, 2_000, 7)]).cpu).toBe(544);
  });

  it("the coder's own processes and servers are not work", () => {
    expect(tree([proc(12, 11, 10, 1_500), proc(13, 11, 10, 9_000)], 500).children).toBe(0);
  });

  it("what began after its last word is, and what it left before is not", () => {
    expect(tree([proc(12, 11, 12, 60_000)]).children).toBe(1);
    expect(tree([proc(12, 11, 10, 60_000)]).children).toBe(1);
    expect(tree([proc(12, 11, 12, 59_000), proc(13, 10, 13, 30_000)]).children).toBe(0);
  });

  it.each<[string, number | undefined, number]>([
    ["then", 50, 10_150],
    ["after the last look, by a clock that is behind", 5_000, 10_000],
    ["just now, by a clock that is ahead", -5_000, 10_200],
    ["after the last look, where nobody knows", undefined, 10_000],
  ])("the last word was printed when the log was written to: %s", (_name, ago, spokeAt) => {
    const before = beginLife(0, { bytes: 0, events: 0 }, { now: 0, uptime: 10_000 });
    const moment = { now: 200, uptime: 10_200 };
    const heard = { bytes: 10, events: 1 };
    expect(hear(before, heard, moment, { pollInterval: 200, writtenAgo: () => ago }).spokeAt).toBe(spokeAt);
  });

  it("a supervisor that was started from inside is not the attempt's", () => {
    expect(tree([proc(99, 10, 99, 60_000, 100), proc(100, 99, 100, 60_000, 100)])).toEqual({ cpu: 510, children: 0 });
  });

  it("of which nothing was found is not known", () => {
    expect(treeOf(passOf(0, []), 10, 0, 99)).toEqual({ cpu: 0, children: undefined });
  });

  it("stirs while an answer streams, not while it waits in vain", () => {
    const over = (cpu: number): boolean => stirs({ at: 0, cpu: 1_000 }, { at: 30_000, cpu: 1_000 + cpu });
    expect([over(230), over(1_000), over(30), over(90)]).toEqual([true, true, false, false]);
    expect(stirs({ at: 0, cpu: 0 }, { at: 400, cpu: 10 })).toBe(false);
  });
});

describe("a person is asked", () => {
  it.each<[string, string, string]>([
    [
      "login",
      "Open https://example.com/device to sign in.\nEnter the code: ",
      "Open https://example.com/device to sign in. E",
    ],
    ["login", "\u001b[1mEnter the authorization code:\u001b[0m ", "Enter the authorization code:"],
    ["login", "Password: ", "Password:"],
    ["permission", "rm -rf build\nProceed? [y/N] ", "Proceed?"],
    ["permission", "Allow this command to run?", "Allow this"],
    ["question", "Press Enter to continue", "Press Enter"],
  ])("%s: %j", (need, text, begins) => {
    const asked = asksPerson(text);
    expect(asked).toMatchObject({ for: need, isPrompt: true });
    expect(asked?.text.startsWith(begins)).toBe(true);
  });

  it.each([
    "To sign in, use a web browser to open https://example.com/device\nand enter the code AB-12\n",
    "Please visit https://auth.example.com/activate\n",
  ])("perhaps: %j", (text) => {
    expect(asksPerson(text)).toMatchObject({ for: "login", isPrompt: false });
  });

  it.each([
    "",
    "Reading additional input from stdin...\n",
    "Proceed? [y/N] y\nbuilding\n",
    "I changed the password: see config\n",
    "See https://example.com/docs\n",
    "warning: should we allow this?\n",
  ])("not: %j", (text) => expect(asksPerson(text)).toBeUndefined());

  it("cuts a long prompt between characters", () => {
    for (const pad of [180, 181]) {
      const { text = "" } = asksPerson(`${"😀".repeat(100)}${"x".repeat(pad)} continue?`) ?? {};
      expect([text.length <= 200, text.isWellFormed()]).toEqual([true, true]);
    }
    expect(asksPerson(`x${"😀".repeat(120)} continue?`)?.text.isWellFormed()).toBe(true);
  });
});

describe("thresholds", () => {
  const read = checkConfig({
    liveness: { hung_after: "30m", coders: { codex: { hung_after: "1h", quiet_after: "1m" } } },
  });
  const config = read.ok ? read.config : DEFAULTS;
  const thresholdsFor = (coder: string, metadata: Record<string, unknown> = {}) =>
    thresholdsOf(effective(config, { metadata }, coder), TUNING);

  it("a task's outrank its coder's, which outrank those for all, which have defaults", () => {
    const thresholds = thresholdsFor("codex", { quiet_after: "10s", stop_waiting_after: 60 });
    expect(thresholds).toMatchObject({
      workingWithin: 60_000,
      quietAfter: 10_000,
      warnAfter: 3_600_000,
      hungAfter: 3_600_000,
      stopWaitingAfter: 60_000,
    });
    expect(thresholdsFor("claude").hungAfter).toBe(1_800_000);
  });

  it("0s is never", () => {
    const thresholds = thresholdsFor("codex", { hung_after: "0s" });
    expect(liveness(silent(10_000), thresholds).kind).toBe("quiet");
  });

  it("what is not a duration is ignored, and reported", () => {
    expect(thresholdsFor("claude", { hung_after: "soon" }).hungAfter).toBe(1_800_000);
    expect(checkConfig({ liveness: { hung_after: "soon" } }).ok).toBe(false);
    expect(checkConfig({ liveness: { hang_after: "1m" } }).ok).toBe(false);
  });
});
