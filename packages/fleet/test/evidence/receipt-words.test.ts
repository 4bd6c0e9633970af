/** What a receipt tells and what it admits not to know, in words and in trailers. Pure. */
import { describe, expect, it } from "vitest";

import type { Changes } from "../../src/attempts/evidence/changes.ts";
import { changeText, describeReceipt } from "../../src/attempts/evidence/describe.ts";
import { makeReceipt, usedInAll } from "../../src/attempts/evidence/receipt.ts";
import type { Seen } from "../../src/attempts/evidence/seen.ts";
import { factsOf, receiptTrailers } from "../../src/attempts/evidence/trailers.ts";
import { NO_GIT } from "../../src/attempts/ran/trace.ts";
import type { Receipt } from "../../src/attempts/records/receipt.ts";

const NONE_ASIDE = { ignored: [], nested: [], unread: [] };

const CHANGES: Changes = {
  from: "git",
  paths: ["a", "b"],
  commits: [],
  commitsUnknown: false,
  dirty: [],
  unpushed: undefined,
  cut: false,
  blind: false,
  why: undefined,
  unread: [],
  trivial: [],
  recorded: false,
  elsewhere: [],
  nested: [],
  ignored: [],
  unlooked: [],
  partly: [],
  lines: [
    { path: "a", added: 2, deleted: 1 },
    { path: "b", added: 5, deleted: 0 },
    { path: "theirs", added: 100, deleted: 100 },
  ],
};

const SEEN: Seen = {
  changes: CHANGES,
  own: CHANGES,
  goesOn: false,
  earlier: new Set(),
  tools: { byName: {}, written: [], worded: [], worked: "some" },
  reportsTools: true,
  resumed: false,
  overlapped: [],
  checks: [],
  mine: ["a", "b"],
  answered: undefined,
  onBase: [],
  byChecks: undefined,
  apart: undefined,
  elsewhere: [],
  ran: NO_GIT,
  guarded: [],
  names: "t-1 attempt 1",
};
const made = (over: Partial<Seen>): Partial<Receipt> =>
  makeReceipt({ ...SEEN, ...over }, { outside: [], missing: [], claim: undefined });

const ALWAYS = "what is outside of its working tree";

describe("a receipt", () => {
  it.each<[what: string, over: Partial<Seen>, said: readonly string[]]>([
    ["all there is", {}, []],
    [
      "a file without lines",
      { mine: ["a", "image"] },
      ["how many lines of image (not text, too long, or changed before it began)"],
    ],
    [
      "no lines at all",
      { changes: { ...CHANGES, lines: [] } },
      ["how many lines of a, b (not text, too long, or changed before it began)"],
    ],
    [
      "git that failed",
      { changes: { ...CHANGES, blind: true, why: "it hangs" } },
      ["git could not tell all that changed (it hangs): only what it could is named"],
    ],
    [
      "a filter",
      { changes: { ...CHANGES, unread: ["c"] } },
      ["git reads c through a filter, which fleet does not run: changed or not is not known"],
    ],
    [
      "unknown commits",
      { changes: { ...CHANGES, commitsUnknown: true } },
      ["which commits are new: git could not tell"],
    ],
    [
      "what others may have done",
      {
        apart: {
          named: ["a", "b"],
          mine: ["a", "b"],
          unclear: ["c"],
          aside: { mine: NONE_ASIDE, unclear: NONE_ASIDE },
          commits: [],
          unclearCommits: [],
        },
      },
      ["whose c is: others worked in the same directory"],
    ],
  ])("names %s that was not looked at", (_what, over, said) =>
    expect(made(over).not_looked_at).toEqual([...said, ALWAYS]),
  );

  it.each<[what: string, over: Partial<Seen>, said: string]>([
    [
      "git that was not written down",
      { ran: undefined },
      "what git it ran: that was not written down where it could be read",
    ],
    [
      "more git than is kept",
      { ran: { commands: [], cut: true } },
      "git commands beyond the first ones: there were more than are kept",
    ],
    ["tools that its coder does not report", { reportsTools: false }, "its tools: this coder does not report them"],
    [
      "tools of which it does not tell how they ended",
      { tools: { byName: { bash: { ok: 3, failed: 0, untold: 2 } }, written: [], worded: [], worked: "untold" } },
      "whether 2 of its tools failed: this coder does not report it",
    ],
  ])("names %s", (_what, over, said) => expect(made(over).not_looked_at).toEqual([ALWAYS, said]));

  it("counts lines of its own files alone, and git's commands by name without what git started itself", () => {
    const command = (name: string, code: number, under?: string) => ({
      name,
      args: [],
      at: 0,
      code,
      ...(under === undefined ? {} : { under }),
    });
    const commands = [command("commit", 0), command("push", 1), command("commit", 0), command("gc", 0, "commit")];
    const receipt = made({ mine: ["a"], ran: { commands, cut: false } });
    expect(receipt.files).toMatchObject({ added: 2, deleted: 1, lines: [{ path: "a" }] });
    expect(receipt.commands).toEqual([
      { command: "git commit", runs: 2, failed: 0 },
      { command: "git push", runs: 1, failed: 1 },
    ]);
  });

  it("adds up what all attempts used, and tells no cost where no coder told one", () => {
    const used = (usd: number, ms?: number) => ({ input: 10, output: 5, usd, ...(ms === undefined ? {} : { ms }) });
    expect(usedInAll(used(0.5, 1_000), [used(0), used(0.25, 500)])).toEqual({
      attempts: 3,
      duration_ms: 1_500,
      tokens: 45,
      usd: 0.75,
    });
    expect(usedInAll(used(0, 1), [])).not.toHaveProperty("usd");
  });
});

/** As an older fleet wrote it. */
const OLD: Receipt = { tools_finished: 0, reports_tools: false, verdict: "done", closed_from_inside: "all done" };

it("a receipt of an older fleet is shown with what it has", () => {
  const page = describeReceipt(OLD, { now: 0 });
  expect(page).toMatch(/^claim +all done\nverdict +done, exit status unseen\n/);
  expect(page).not.toContain("undefined");
  expect(factsOf(OLD)).toEqual([]);
});

it("says that no file changed only without concurrent attempts", () => {
  const none: Receipt = { ...OLD, files: { from: "git", changed: [], count: 0 } };
  expect(changeText(none)).toBe("no file changed");
  expect(changeText({ ...none, overlapped: [{ task: "t-2", n: 1 }] })).toBe("no change is known to be its own");
});

it("a commit without a receipt that can be read says what the verdict knows", () => {
  const outcome = {
    reason: "r",
    counts: false,
    at: "",
    duration_ms: 1_600,
    exit_code: 0,
    usage: { input: 100, output: 20 },
    grade: "checked",
  } as const;
  expect(receiptTrailers(undefined, outcome)).toEqual([
    ["Fleet-Grade", "checked"],
    ["Fleet-Receipt", "exit 0, 0 tools, 2 s, 120 tokens"],
  ]);
});

it("a trailer is short, however long a list or a command is", () => {
  const commits = Array.from({ length: 200 }, (_, n) => ({ hash: String(n).padStart(40, "0"), subject: "x" }));
  const check = { command: `echo ${"x".repeat(5_000)}`, verdict: "passed", ms: 1, runs: 1, tail: "" } as const;
  for (const [name, value] of factsOf({ ...OLD, commits, checks: [check] }))
    expect([name, value.length < 300]).toEqual([name, true]);
});
