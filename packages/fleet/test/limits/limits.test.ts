/** The limits of a task, without processes: how they are written, merged, measured, refused. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { registry } from "@fleet/coders/registry";

import { checkConfig } from "../../src/settings/check.ts";
import { isGiven, mergedLimits, readFlags } from "../../src/attempts/limits/flags.ts";
import { asWritten, LIMITS, readLimit } from "../../src/settings/limits/limits.ts";
import { unmeasured } from "../../src/settings/limits/measurable.ts";
import { isNear, isOver, measures, measureText } from "../../src/attempts/limits/measure.ts";
import { readLimits } from "../../src/settings/limits/read.ts";

const problems = (value: unknown): readonly string[] => {
  const read = readLimits(value);
  return read.ok ? [] : read.problems;
};

describe("as a person writes them", () => {
  it.each([
    ["timeout", "4h", 14_400_000],
    ["idle", "90s", 90_000],
    ["turns", "50", 50],
    ["tokens", "2M", 2_000_000],
    ["tokens", "1.5k", 1_500],
    ["usd", "$0.50", 0.5],
    ["usd", 5, 5],
  ] as const)("%s: %s", (name, written, value) => expect(readLimit(name, written)).toEqual({ kind: "limit", value }));

  it.each([
    ["timeout", "soon"],
    ["timeout", "0"],
    ["turns", "2.5"],
    ["turns", "-1"],
    ["tokens", "many"],
    ["usd", "0"],
    ["usd", ""],
  ] as const)("%s: %s is refused", (name, written) => expect(readLimit(name, written).kind).toBe("bad"));

  it("what is read, written and read again is the same", () =>
    fc.assert(
      fc.property(fc.constantFrom(...LIMITS), fc.integer({ min: 1, max: 1e9 }), (name, value) => {
        expect(readLimit(name, asWritten(name, value))).toEqual({ kind: "limit", value });
      }),
    ));

  it("a map of them names each mistake", () => {
    expect(problems({ usd: 5, turn: 3 })).toEqual([expect.stringContaining("turn: there is no such limit")]);
    expect(problems({ timeout: "soon", tokens: "none" })).toEqual([expect.stringContaining("timeout")]);
    expect(problems(["usd"])).toHaveLength(1);
    expect(problems(undefined)).toEqual([]);
  });
});

describe("by flags", () => {
  it("a flag changes one and leaves the others; an empty one takes it out", () => {
    const flags = readFlags((name) => ({ "max-cost": "10", "max-turns": "" })[name]);
    if (!flags.ok) throw new Error(flags.problem);
    expect(mergedLimits({ usd: 5, turns: 3, idle: "5m" }, flags.given)).toEqual({ usd: 10, idle: "5m" });
    expect(mergedLimits({ turns: 3 }, { turns: null })).toBeUndefined();
    expect(isGiven(flags.given)).toBe(true);
  });
});

describe("measured", () => {
  it("in words a person reads", () => {
    const limits = { timeout: 7_200_000, idle: 600_000, turns: 50, tokens: 2_000_000, usd: 5 };
    const used = { timeout: 6_900_000, idle: 60_000, turns: 49, tokens: 1_000, usd: 4.1 };
    expect(measures(limits, used).map(measureText)).toEqual([
      "1h55m of 2h",
      "1m of 10m without a sign",
      "49 of 50 turns",
      "1.0k of 2.0M tokens",
      "$4.10 of $5.00",
    ]);
  });
  it("near from 80 %, over from 100 %, and never for what is not told", () =>
    fc.assert(
      fc.property(fc.constantFrom(...LIMITS), fc.integer({ min: 1, max: 1e6 }), fc.nat(2e6), (name, of, used) => {
        const [measure] = measures({ [name]: of }, { [name]: used });
        expect(measure === undefined ? undefined : [isNear(measure), isOver(measure)]).toEqual([
          used / of >= 0.8,
          // The last turn that is allowed may end its tools.
          name === "turns" ? used > of : used >= of,
        ]);
        expect(measures({ [name]: of }, {})).toEqual([]);
      }),
    ));
});

describe("what a coder does not report is refused, not ignored", () => {
  it("of turns the last one that is allowed may end its tools: one more that begins is too many", () => {
    const over = (turns: number) => measures({ turns: 3 }, { turns }).some(isOver);
    expect([2, 3, 4].map(over)).toEqual([false, false, true]);
    expect(measureText({ limit: "turns", used: 4, of: 3 })).toBe("3 of 3 turns");
    expect(measures({ tokens: 3 }, { tokens: 3 }).some(isOver)).toBe(true);
  });

  const all = { timeout: 1, idle: 1, turns: 1, tokens: 1, usd: 1 };
  it.each([
    ["claude", []],
    ["opencode", []],
    ["codex", ["turns", "usd"]],
    ["gemini", ["turns", "usd"]],
    ["agy", ["turns", "tokens", "usd"]],
    ["shell", ["turns", "tokens", "usd"]],
  ])("%s", (name, refused) => {
    const coder = registry({}).get(name);
    if (coder === undefined) throw new Error(`no coder ${name}`);
    expect(unmeasured(all, coder).map(({ limit }) => limit)).toEqual(refused);
  });
  it.each<[string, unknown, string]>([
    ["a cost in the settings", { limits: { codex: { usd: 5 } } }, "limits.codex.usd: codex does not report its cost"],
    ["a coder that is not there", { limits: { codec: { idle: "5m" } } }, "limits.codec: unknown coder"],
    ["no duration", { limits: { claude: { idle: "long" } } }, "limits.claude"],
  ])("%s", (_what, settings, expected) => {
    const checked = checkConfig(settings);
    expect(checked.ok ? "" : checked.problems.join()).toContain(expected);
  });
  it("and what it reports is taken", () => {
    expect(checkConfig({ limits: { claude: { usd: 5, turns: 100 }, codex: { tokens: "2M" } } }).ok).toBe(true);
  });
});
