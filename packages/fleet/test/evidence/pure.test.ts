/** Patterns, scopes, expectations, checks, changes: tables. */
import { describe, expect, it } from "vitest";

import { claude } from "@fleet/coders/claude/index";
import { emptyFacts } from "@fleet/coders/facts";
import { shell } from "@fleet/coders/shell/index";
import type { Issue } from "@fleet/store/issue";

import { type Evidence, judge } from "../../src/engine/core/judge.ts";
import type { Shown } from "../../src/attempts/evidence/shown.ts";
import { expectTrouble } from "../../src/bd/creation.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { checkConfig } from "../../src/settings/check.ts";
import { type Asked, askedOf } from "../../src/attempts/evidence/asked.ts";
import { someOf } from "@fleet/kit/text";
import { type Changes, changesBetween } from "../../src/attempts/evidence/changes.ts";
import type { CheckResult } from "../../src/attempts/evidence/check-files.ts";
import { failureLine, stateOf } from "../../src/attempts/evidence/check-plan.ts";
import {
  type AnswerFile,
  deliverFile,
  deliverWords,
  markOf,
  type Words,
} from "../../src/attempts/evidence/deliverable.ts";
import { describeReceipt } from "../../src/attempts/evidence/describe.ts";
import type { Seen } from "../../src/attempts/evidence/seen.ts";
import { shownBy } from "../../src/attempts/evidence/shown-by.ts";
import { unmetBy, type Work } from "../../src/attempts/evidence/expect.ts";
import { shares } from "../../src/attempts/evidence/place.ts";
import { isRunBy } from "../../src/attempts/evidence/run-by.ts";
import { looksLikeTest } from "../../src/attempts/evidence/test-paths.ts";
import { fromDirectory, mayChange, outside } from "../../src/attempts/evidence/scope.ts";

describe("scopes", () => {
  it.each<[allow: string[], deny: string[], path: string, expected: boolean]>([
    [[], [], "x", true],
    [["src/**"], [], "src/a", true],
    [["src/**"], [], "test/a", false],
    [[], ["secrets"], "secrets/key", false],
    [[], ["secrets"], "src/a", true],
    [["src/**"], ["src/gen/**"], "src/gen/a", false],
    [["src/**"], [], "../sibling/a", false],
  ])("allow %j deny %j: %s %s", (allow, deny, path, expected) =>
    expect(mayChange(path, { allow, deny })).toBe(expected),
  );

  it("names what is outside, and paths as they are seen from the directory", () => {
    expect(outside(["src/a", "b", "../c"], { allow: ["src/**"], deny: [] })).toEqual(["b", "../c"]);
    expect(outside(["b"], { allow: [], deny: [] })).toEqual([]);
    expect(fromDirectory("/w/app", "/w/app/src/a.ts")).toBe("src/a.ts");
    expect(fromDirectory("/w/app", "/w/lib/a.ts")).toBe("../lib/a.ts");
    expect(fromDirectory("/w/app", "./a.ts")).toBe("a.ts");
  });
});

it.each<[a: [string, boolean, string?], b: [string, boolean, string?], expected: boolean]>([
  [["/w/a", true], ["/w/a", true], true],
  [["/w/a", true], ["/w/b", true], false],
  [["/w/a", true, "/w/a/.git"], ["/w/a/.worktrees/x", true, "/w/a/.git"], false],
  [["/w/a", true], ["/w/a/.worktrees/x", true], false],
  // A submodule, or a repository inside.
  [["/w/a", true, "/w/a/.git"], ["/w/a/lib", true, "/w/a/.git/modules/lib"], true],
  [["/w/a", true, "/w/a/.git"], ["/w/ab", true, "/w/ab/.git"], false],
  [["/w/a", false], ["/w/a/sub", false], true],
  [["/w/a", false], ["/w/ab", false], false],
  [["/w", false], ["/w/a", true], true],
])("places %j and %j share: %s", (a, b, expected) => {
  const place = ([path, git, repository]: [string, boolean, string?]) => ({ path, git, repository });
  expect(shares(place(a), place(b))).toBe(expected);
  expect(shares(place(b), place(a))).toBe(expected);
});

describe("what is asked", () => {
  const issue = (metadata: Record<string, unknown>): Issue => ({
    id: "t-1",
    title: "t",
    status: "open",
    priority: 2,
    issue_type: "task",
    created_at: "",
    updated_at: "",
    metadata,
  });
  const config = {
    ...DEFAULTS,
    checks: ["make"],
    projects: { "/w": { checks: ["w"] }, "/w/app": { checks: ["app"] }, "/none": {} },
  };
  it.each<[what: string, metadata: Record<string, unknown>, cwd: string, checks: string[]]>([
    ["the task's own", { checks: ["a", "b"] }, "/w/app", ["a", "b"]],
    ["one that was set by hand", { checks: "a" }, "/w/app", ["a"]],
    ["the innermost project's", {}, "/w/app/sub", ["app"]],
    ["the project around it", {}, "/w/apple", ["w"]],
    ["the default", {}, "/elsewhere", ["make"]],
    ["the default in a project without its own", {}, "/none", ["make"]],
    ["none where none are wanted", { checks: [] }, "/w", []],
  ])("checks: %s", (_what, metadata, cwd, checks) =>
    expect(askedOf(issue({ cwd, ...metadata }), config).checks).toEqual(checks),
  );

  it("takes an absolute pattern in the task's directory for one from there", () => {
    const patterns = ["/w/app/src/**", "/w/app/", "/w/apple/x", "lib"];
    const from = ["src/**", ".", "/w/apple/x", "lib"];
    const metadata = { allow: patterns, deny: patterns, check_paths: patterns, expect: ["path:/w/app/a", "commit"] };
    expect(askedOf(issue({ cwd: "/w/app", ...metadata }), DEFAULTS)).toMatchObject({
      allow: from,
      deny: from,
      check_paths: from,
      expect: ["path:a", "commit"],
    });
  });

  it("is refused where it is not understood", () => {
    expect(checkConfig({ checks: ["a"], check_timeout: "5m", projects: { "/w": { checks: ["b"] } } }).ok).toBe(true);
    expect(checkConfig({ projects: { "/w": { check: ["b"] } } }).ok).toBe(false);
    expect(expectTrouble("commit")).toBeUndefined();
    expect(expectTrouble("path:src/**")).toBeUndefined();
    expect(expectTrouble("a miracle")).toContain("commit, path:GLOB");
  });
});

it.each<[isTest: boolean, paths: string[]]>([
  [true, ["test/a.ts", "src/__tests__/a.js", "a.test.ts", "src/a.spec.tsx", "test_a.py", "pkg/a_test.go", "spec/a.rb"]],
  [
    true,
    [
      "src/LoginTest.java",
      "A/LoginTests.cs",
      "a/__snapshots__/x.snap",
      "conftest.py",
      "vitest.config.ts",
      "pytest.ini",
    ],
  ],
  [
    false,
    ["src/a.ts", "latest/a.ts", "contest.py", "src/attestation.go", "package.json", "src/Latest.java", "respec.ts"],
  ],
])("what looks like a test: %s", (isTest, paths) => {
  expect(paths.filter((path) => looksLikeTest(path) !== isTest)).toEqual([]);
});

it.each<[isRun: boolean, command: string, paths: string[]]>([
  [true, "npm test", ["package.json", "../../package.json"]],
  [true, "cd web && CI=1 timeout 60 pnpm run lint", ["web/package.json"]],
  [true, "make -j2 test", ["Makefile", "rules.mk"]],
  [true, "./scripts/check.sh", ["scripts/check.sh"]],
  [true, "cd app; sh run-tests.sh --all", ["app/run-tests.sh"]],
  // What is run is the work, mostly.
  [false, "python hello.py | grep hi", ["hello.py", "package.json"]],
  [false, "npm test", ["package-lock.json", "Makefile", "src/check.ts"]],
  [false, "sh check.sh", ["src/precheck.sh", "check.sh.orig"]],
  [false, "grep -q constructor src/a.ts; ./__proto__ toString", ["src/a.ts", "package.json"]],
])("what a check runs: %s, %s", (isRun, command, paths) => {
  expect(paths.filter((path) => isRunBy(command, path) !== isRun)).toEqual([]);
});

describe("an answer that is expected", () => {
  it.each<[what: string, words: Words, missing: string | undefined]>([
    ["the closing words", { closing: "42, because …", last: "bye" }, undefined],
    ["the last words, where it closed nothing", { closing: undefined, last: "42" }, undefined],
    ["a close without a reason", { closing: "Closed", last: "42" }, "closed without a reason"],
    ["no word", { closing: undefined, last: " \n" }, "without a word"],
  ])("%s: missing %s", (_what, words, missing) => {
    const delivered = deliverWords(words);
    if (missing === undefined) expect(delivered.kind).toBe("there");
    else expect(delivered).toMatchObject({ kind: "missing", why: expect.stringContaining(missing) });
  });

  it.each<[what: string, now: AnswerFile, before: string | undefined, missing: string | undefined]>([
    ["a new file", { kind: "text", text: "42" }, "", undefined],
    ["one that was there and is another", { kind: "text", text: "42" }, markOf({ kind: "text", text: "?" }), undefined],
    ["what was there before is not known", { kind: "text", text: "42" }, undefined, undefined],
    ["one that is as it was", { kind: "text", text: "42" }, markOf({ kind: "text", text: "42" }), "as it was before"],
    ["none", { kind: "absent" }, "", "not there"],
    ["an empty one", { kind: "text", text: "\n" }, "", "is empty"],
    ["a pipe", { kind: "unreadable", why: "it is a FIFO" }, "", "can't be read: it is a FIFO"],
  ])("in a file: %s: missing %s", (_what, now, before, missing) => {
    const delivered = deliverFile("a.md", now, before);
    if (missing === undefined) expect(delivered).toMatchObject({ kind: "there", file: "a.md", text: "42" });
    else expect(delivered).toMatchObject({ kind: "missing", why: expect.stringContaining(missing) });
  });

  it("is named from the task's directory, and in it", () => {
    for (const file of ["answer", "answer:docs/a.md"]) expect(expectTrouble(file)).toBeUndefined();
    for (const file of ["answer:/etc/passwd", "answer:../a.md", "answer:a/../../b", "answer:"])
      expect(expectTrouble(file)).toBeDefined();
  });
});

describe("what is expected", () => {
  const work: Work = {
    deliverable: undefined,
    inGit: true,
    changed: ["src/a.ts"],
    commits: 1,
    dirty: [],
    why: undefined,
    unread: [],
  };
  it.each<[expect: string[], over: Partial<Work>, said: string | undefined]>([
    [["commit"], {}, undefined],
    [["commit"], { commits: 0 }, "no new one"],
    [["commit"], { dirty: ["b.ts"] }, "not committed: b.ts"],
    [["commit"], { inGit: false }, "in no git repository"],
    [["commit"], { inGit: false, commits: undefined, why: "git took too long" }, "could not look: git took too long"],
    [["commit"], { commits: undefined, why: "git took too long" }, "could not look: git took too long"],
    // What is not known is not held against it.
    [["commit"], { why: "git took too long" }, undefined],
    [["path:docs/**"], { why: "git took too long" }, "could not look: git took too long"],
    [["path:docs/**"], { unread: ["docs/a"] }, "could not look: git reads it through a filter"],
    [["path:src/**"], { why: "git took too long", unread: ["src/b"] }, undefined],
    [["path:src/**"], {}, undefined],
    [["path:docs/**"], {}, "nothing changed in docs/**"],
    [["path:dist/x"], { partly: ["dist/"] }, "could not look: git ignores it"],
    [["path:docs/**"], { partly: ["dist/"] }, "nothing changed in docs/**"],
    [["path:docs/**"], { partly: ["**"] }, "could not look: git ignores it"],
    [["luck"], {}, "not known"],
  ])("%j with %j: %s", (expected, over, said) => {
    const lacks = unmetBy(expected, { ...work, ...over });
    const lines = lacks.map(({ line }) => line).join("; ");
    expect(lacks.every(({ kind }) => (kind === "unseen") === (said?.startsWith("could not look") === true))).toBe(true);
    if (said === undefined) expect(lines).toBe("");
    else expect(lines).toContain(said);
  });
});

const result = (over: Partial<CheckResult> = {}): CheckResult => ({
  command: "npm test",
  verdict: "failed",
  code: 1,
  ms: 1000,
  disturbed: false,
  tail: "one\ntwo failed",
  ...over,
});
const PASSED = result({ verdict: "passed", code: 0 });
const DISTURBED = result({ disturbed: true });
const KILLED = result({ verdict: "interrupted" });
const LEFT = result({ verdict: "interrupted", shutdown: true });

describe("a check", () => {
  it.each<[what: string, results: CheckResult[], expected: Record<string, unknown>]>([
    ["not run yet", [], { kind: "due", whenQuiet: false }],
    ["passed", [PASSED], { kind: "settled", passed: true, runs: 1 }],
    ["failed once", [result()], { kind: "due", whenQuiet: false }],
    ["failed twice", [result(), result()], { kind: "settled", passed: false, flaky: false, runs: 2 }],
    ["failed, then passed", [result(), PASSED], { kind: "settled", passed: true, flaky: true, runs: 2 }],
    ["failed beside another, then passed", [DISTURBED, PASSED], { kind: "settled", passed: true, flaky: false }],
    ["took too long", [result({ verdict: "timed-out" })], { kind: "settled", passed: false }],
    ["failed beside another", [DISTURBED], { kind: "due", whenQuiet: true }],
    ["passed beside another", [result({ verdict: "passed", disturbed: true })], { kind: "settled", passed: true }],
    ["failed beside another, then alone", [DISTURBED, result()], { kind: "settled", passed: false, runs: 2 }],
    ["never alone", Array.from({ length: 5 }, () => DISTURBED), { kind: "settled", passed: false }],
    ["killed from outside", [KILLED], { kind: "due", whenQuiet: false }],
    ["killed from outside each time", [KILLED, KILLED, KILLED], { kind: "settled", passed: false }],
    ["ended with the supervisor, often", [LEFT, LEFT, LEFT, LEFT], { kind: "due", whenQuiet: false }],
  ])("%s", (_what, results, expected) => expect(stateOf(results)).toMatchObject(expected));

  it("says how it failed", () => {
    expect(failureLine(result())).toBe("check failed: `npm test`: exit 1: two failed");
    expect(failureLine(result({ verdict: "timed-out", ms: 90_000, tail: "" }))).toContain("no end after 90 s");
    expect(failureLine(KILLED)).toContain("killed from outside");
  });
});

it("a list that people read names the first, and counts the rest", () => {
  const names = Array.from({ length: 23 }, (_, i) => `t${i}`);
  expect(someOf(names.slice(0, 20), 20)).toBe(names.slice(0, 20).join(", "));
  expect(someOf(names, 20)).toBe(`${names.slice(0, 20).join(", ")} and 3 more`);
  expect(someOf([], 20)).toBe("");
});

describe("changes", () => {
  const git = { kind: "git" as const, top: "/w", at: "" };
  it("of a working tree: commits, what is dirty now, what looks different, seen from the task's directory", () => {
    const before = { ...git, head: "a", dirty: { "app/mine": "1", "app/touched": "1", "app/taken-back": "1" } };
    const after = {
      ...git,
      head: "b",
      dirty: { "app/mine": "1", "app/touched": "2", "app/new": "1" },
      now: { "app/mine": "1", "app/touched": "2", "app/taken-back": "0" },
      committed: ["lib/x"],
      commits: [{ hash: "b", subject: "s" }],
    };
    expect(changesBetween("/w/app", before, after)).toMatchObject({
      paths: ["../lib/x", "new", "taken-back", "touched"],
      dirty: ["new", "touched"],
      commits: [{ hash: "b" }],
    });
  });

  it("what a person had left uncommitted and the agent committed as it was is not the agent's change", () => {
    const before = { ...git, head: "a", dirty: { mine: "1" } };
    const after = { ...git, head: "b", dirty: {}, now: { mine: "1" }, committed: ["mine"], commits: [] };
    expect(changesBetween("/w", before, after).paths).toEqual([]);
  });

  it("of a working tree of which not all is known: what is in both, and what was committed; nothing is guessed", () => {
    const before = { ...git, head: "a", dirty: { same: "1", touched: "1", gone: "1" } };
    const after = {
      ...git,
      head: "b",
      dirty: { same: "1", touched: "2", unknown: "1" },
      now: { same: "1", touched: "2", gone: "" },
      committed: ["lib"],
      commits: [],
    };
    const cut = changesBetween("/w", before, { ...after, cut: true });
    expect(cut).toMatchObject({ paths: ["gone", "lib", "touched"], dirty: ["touched"], cut: true, blind: false });
    const blind = changesBetween("/w", { ...before, dirty: {}, blind: true }, { ...after, now: {} });
    expect(blind).toMatchObject({ paths: ["lib"], dirty: [], blind: true });
  });

  it("are unknown, with the reason, if either listing is incomplete", () => {
    const blind = { kind: "blind" as const, top: "/w", why: "git is not on PATH", at: "" };
    expect(changesBetween("/w", blind, blind)).toMatchObject({
      from: "unknown",
      paths: [],
      commitsUnknown: true,
      blind: true,
      why: "git is not on PATH",
    });
    const failed = { ...git, head: "a", dirty: {}, blind: true, why: "git took too long" };
    expect(changesBetween("/w", { ...git, dirty: {} }, failed)).toMatchObject({
      from: "git",
      blind: true,
      why: "git took too long",
    });
  });

  it("of what git reads through a filter: what was written to is named, and nothing more", () => {
    const before = { ...git, dirty: { dirty: "1" }, unread: { same: "1", written: "1", gone: "1" } };
    const after = {
      ...git,
      dirty: {},
      unread: { same: "1", written: "2", fresh: "1", dirty: "1", committed: "1" },
      now: { dirty: "1", same: "1", written: "2", gone: "" },
      committed: ["committed"],
      commits: [],
    };
    expect(changesBetween("/w", before, after)).toMatchObject({
      paths: ["committed"],
      dirty: [],
      unread: ["fresh", "gone", "written"],
    });
  });

  it("of two lists, and of one that was cut", () => {
    const before = { kind: "files" as const, top: "/w", files: { a: "1", b: "1", c: "1" }, cut: false, at: "" };
    const after = { ...before, files: { a: "1", b: "2", d: "1" } };
    expect(changesBetween("/w", before, after).paths).toEqual(["b", "c", "d"]);
    expect(changesBetween("/w", before, { ...after, cut: true })).toMatchObject({ paths: ["b"], cut: true });
  });
});

describe("whether something changed", () => {
  const git: Changes = {
    from: "git",
    paths: [],
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
  };
  const seen: Seen = {
    changes: git,
    own: git,
    goesOn: false,
    earlier: new Set<string>(),
    tools: { byName: {}, written: [], worded: [], worked: "none" },
    reportsTools: true,
    resumed: false,
    overlapped: [],
    checks: [],
    mine: [],
    answered: undefined,
    onBase: [],
    byChecks: undefined,
    apart: undefined,
    elsewhere: [],
    guarded: [],
    names: "t attempt 1",
  };
  const words: Words = { closing: undefined, last: "" };
  const ASIDE = { ignored: [], nested: [], unread: [] };
  const NOTHING_APART: NonNullable<Seen["apart"]> = {
    named: [],
    mine: [],
    unclear: [],
    aside: { mine: ASIDE, unclear: ASIDE },
    commits: [],
    unclearCommits: [],
  };
  it.each<[what: string, over: Partial<Seen>, changed: boolean | undefined]>([
    ["nothing in git", {}, false],
    ["a file", { mine: ["a"] }, true],
    [
      "a commit of what somebody had left uncommitted",
      { changes: { ...git, commits: [{ hash: "1", subject: "x" }], recorded: true } },
      true,
    ],
    ["an empty commit", { changes: { ...git, commits: [{ hash: "1", subject: "x" }] } }, false],
    ["a file with another mode", { mine: ["a"], changes: { ...git, trivial: ["a"] } }, false],
    ["two files, of which one has another mode", { mine: ["a", "b"], changes: { ...git, trivial: ["a"] } }, true],
    ["a session that goes on from where its task began", { resumed: true, goesOn: true }, false],
    ["not looked at", { changes: undefined }, undefined],
    ["git could not tell", { changes: { ...git, blind: true } }, undefined],
    ["commits are not known", { changes: { ...git, commitsUnknown: true } }, undefined],
    ["a file behind a filter", { changes: { ...git, unread: ["a"] } }, undefined],
    ["a session that goes on", { resumed: true }, undefined],
    ["beside another, who did it all", { apart: { ...NOTHING_APART } }, false],
    ["beside another, and who did it is not told", { apart: { ...NOTHING_APART, unclear: ["a"] } }, undefined],
  ])("%s: %s", (_what, over, changed) => {
    expect(shownBy({ ...seen, ...over }, undefined, true, words).changed).toBe(changed);
  });

  const asking = (over: Partial<Asked>): Asked => ({ ...askedOf({ metadata: {} }, DEFAULTS), ...over });
  const of = (over: Partial<Changes>): Partial<Seen> => ({ changes: { ...git, ...over }, own: { ...git, ...over } });
  it.each<[what: string, over: Partial<Seen>, asked: Partial<Asked>, is: Partial<Shown>]>([
    [
      "what differs in its mode alone is told, and nothing of what is as it was",
      { ...of({ paths: ["a"], trivial: ["a", "b"] }), mine: ["a"] },
      {},
      { changed: false, passedOver: ["only a mode, blank lines or an empty file: a"] },
    ],
    [
      "what tools leave behind is no work, though git does not ignore it",
      { ...of({ paths: ["npm-debug.log", "a/__pycache__/a.pyc"] }), mine: ["npm-debug.log", "a/__pycache__/a.pyc"] },
      { expect: ["path:a/**"] },
      { changed: false, passedOver: ["tools leave behind what changed: npm-debug.log, a/__pycache__/a.pyc"] },
    ],
    [
      "what tools leave behind counts where it is expected by its name",
      { ...of({ paths: ["out/run.log"] }), mine: ["out/run.log"] },
      { expect: ["path:out/*.log"] },
      { changed: true },
    ],
    [
      "only tests changed, beside a mode and what tools leave behind",
      {
        ...of({ paths: ["a", "test/a.pyc", "m.pyc", "test/a.ts"], trivial: ["a"] }),
        mine: ["a", "m.pyc", "test/a.ts"],
        checks: [{ kind: "settled", passed: true, flaky: false, runs: 1, result: PASSED }],
      },
      {},
      { unclear: [{ kind: "tests", line: "only tests changed (test/a.ts), and `npm test` may pass because of that" }] },
    ],
    [
      "what git ignores is told",
      of({ ignored: [".env"] }),
      {},
      { changed: false, passedOver: ["what changed is ignored by git: .env"] },
    ],
    [
      "what it ignores and is expected counts",
      of({ ignored: [".env"] }),
      { expect: ["path:.env"] },
      { changed: true, unmet: [] },
    ],
    [
      "what it ignores is forbidden by its name",
      of({ ignored: ["dist/a", ".env"] }),
      { deny: [".env"] },
      { outside: [".env"] },
    ],
    ["and not by what may be changed", of({ ignored: ["dist/a"] }), { allow: ["src/**"] }, { outside: [] }],
    [
      "what it ignores and checks depend on",
      { ...of({ ignored: ["conf/x"] }), mine: ["a"] },
      { check_paths: ["conf/**"] },
      { unmet: ["its checks depend on what it changed: conf/x"] },
    ],
    [
      "what is forbidden, and was not looked at as a whole",
      { ...of({ unlooked: ["keys/", "node_modules/"], partly: ["keys/"] }), mine: ["a"] },
      { deny: ["keys/**"] },
      {
        unclear: [
          {
            kind: "unseen",
            line: "whether keys/ was changed is not known: git ignores it, and it is too large to list",
          },
        ],
      },
    ],
    [
      "what checks depend on, and was not looked at as a whole",
      { ...of({ partly: ["../keys/", "dist/"] }), mine: ["a"] },
      { check_paths: ["../keys/*.pem"] },
      { unclear: [{ kind: "unseen", line: expect.stringContaining("whether ../keys/ was changed is not known") }] },
    ],
    [
      "what is in no pattern's way, and was not looked at as a whole",
      { ...of({ partly: ["dist/"] }), mine: ["a"] },
      { deny: ["keys/**", "dist2/**"] },
      { unclear: [] },
    ],
    [
      "what was expected, and was not looked at as a whole",
      { ...of({ partly: ["dist/"] }), mine: ["a"] },
      { expect: ["path:dist/*.js"] },
      {
        unmet: [],
        unclear: [
          { kind: "unseen", line: expect.stringContaining("a change in dist/*.js was expected; could not look") },
        ],
      },
    ],
    [
      "a mode that was asked for, by a detour, on a disk that ignores the case of letters",
      { ...of({ trivial: ["bin/run"] }), mine: ["bin/run"] },
      { expect: ["path:src/../BIN/run"], ignores_case: true },
      { changed: true },
    ],
    [
      "a look that failed, of a task with a scope",
      { ...of({ blind: true, why: "git took too long" }), mine: ["a"] },
      { deny: ["b"] },
      { unclear: [{ kind: "unseen", line: "can't tell whether it stayed in its scope: git took too long" }] },
    ],
    [
      "a repository inside is elsewhere",
      of({ nested: ["lib"] }),
      {},
      { changed: false, elsewhere: ["what changed is in lib, a repository of its own inside this one"] },
    ],
    [
      "a repository inside that is to be changed counts",
      of({ nested: ["lib"] }),
      { allow: ["lib/**"] },
      { changed: true, outside: [] },
    ],
    [
      "a repository inside that is not to be changed",
      of({ nested: ["lib"] }),
      { deny: ["lib/**"] },
      { outside: ["lib"] },
    ],
  ])("%s", (_what, over, asked, is) => {
    expect(shownBy({ ...seen, ...over }, asking(asked), true, words)).toMatchObject(is);
  });

  const since = (paths: readonly string[], own: readonly string[], earlier: readonly string[]): Partial<Seen> => ({
    goesOn: true,
    changes: { ...git, paths },
    own: { ...git, paths: own },
    mine: paths,
    earlier: new Set(earlier),
  });
  it.each<[what: string, over: Partial<Seen>, outside: readonly string[]]>([
    ["an earlier attempt did, and it is still so", since(["src/a", "b"], ["src/a"], ["b"]), ["b"]],
    ["an earlier attempt did, and this one put it back", since(["src/a"], ["src/a", "b"], ["b"]), []],
    ["this one did", since(["src/a", "b"], ["b"], ["src/a"]), ["b"]],
    ["a person did between two of them", since(["src/a", "b"], ["src/a"], []), []],
    ["it put back what a person had changed between two of them", since(["src/a"], ["b"], []), ["b"]],
  ])("outside its scope, of a task that continues: %s", (_what, over, outside) => {
    const shown = shownBy({ ...seen, ...over }, asking({ allow: ["src/**"] }), true, words);
    expect(shown.outside).toEqual(outside);
    const checked = shownBy({ ...seen, ...over }, asking({ check_paths: ["b"] }), true, words);
    expect(checked.unmet).toEqual(outside.map((path) => `its checks depend on what it changed: ${path}`));
  });
});

describe("the verdict", () => {
  const shown = (over: Partial<Shown> = {}): Shown => ({
    passed: [],
    failed: [],
    unfinished: false,
    unmet: [],
    outside: [],
    ...over,
  });
  const worked = { ...emptyFacts(), toolsFinished: 1, toolsOk: 1, lastText: "done" };
  const evidence = (over: Partial<Evidence> = {}): Evidence => ({
    end: "exited",
    stop: undefined,
    classification: { kind: "completed" },
    exitCode: 0,
    facts: worked,
    capabilities: claude.capabilities,
    completion: undefined,
    held: true,
    status: "in_progress",
    notes: undefined,
    ...over,
  });
  const killed = { kind: "killed", by: "ann" } as const;
  it.each<[what: string, over: Partial<Evidence>, kind: string, said: string]>([
    ["exit 0 with checks that pass", { shown: shown({ passed: ["npm test"] }) }, "done", "`npm test` passed"],
    ["exit 0 without checks", { shown: shown() }, "asked", "without closing the task"],
    ["exit 0 with a check that fails", { shown: shown({ failed: ["check failed: x"] }) }, "claimed-done-unproven", "x"],
    ["a claim with checks that pass", { completion: "made it", shown: shown({ passed: ["t"] }) }, "done", "made it"],
    [
      "a claim with a check that fails",
      { completion: "made it", shown: shown({ failed: ["check failed: x"] }) },
      "claimed-done-unproven",
      "but check failed: x",
    ],
    [
      "checks that pass without a tool",
      { facts: { ...worked, toolsFinished: 0, toolsOk: 0 }, shown: shown({ passed: ["t"] }) },
      "asked",
      "no tool finished but the call that closed the task",
    ],
    ["an empty answer", { facts: emptyFacts() }, "claimed-done-unproven", "answer was empty"],
    [
      "an empty answer of a coder that prints text only",
      {
        facts: emptyFacts(),
        capabilities: { ...claude.capabilities, reportsTools: false },
        shown: shown({ passed: ["t"] }),
      },
      "claimed-done-unproven",
      "answer was empty",
    ],
    [
      "background work that was killed",
      { facts: { ...worked, background: 2 }, shown: shown({ passed: ["t"] }) },
      "claimed-done-unproven",
      "2 background tasks",
    ],
    [
      "something expected is missing",
      { completion: "x", shown: shown({ unmet: ["no new one"] }) },
      "claimed-done-unproven",
      "no new one",
    ],
    [
      "a script with a check that fails",
      { capabilities: shell.capabilities, shown: shown({ failed: ["check failed: x"] }) },
      "claimed-done-unproven",
      "exit 0, but check failed: x",
    ],
    ["out of scope, though done", { completion: "x", shown: shown({ outside: ["a", "b"] }) }, "out-of-scope", "a, b"],
    [
      "out of scope, and failed before it said that it was done",
      {
        classification: { kind: "failed", cause: "task", reason: "r" },
        shown: shown({ outside: ["1", "2", "3", "4", "5", "6", "7"] }),
      },
      "failed",
      "r; it changed files that it must not change: 1, 2, 3, 4, 5 and 2 more",
    ],
    [
      "something protected was changed, though failed",
      {
        classification: { kind: "failed", cause: "task", reason: "r" },
        shown: shown({ damaged: [".bashrc (to put it back: cp a b)"] }),
      },
      "out-of-scope",
      ".bashrc (to put it back: cp a b)",
    ],
    ["out of scope, and killed by a person", { stop: killed, shown: shown({ outside: ["a"] }) }, "killed", "ann"],
    [
      "out of scope, and asking",
      { status: "blocked", notes: "why?", shown: shown({ outside: ["a"] }) },
      "blocked",
      "why?",
    ],
    [
      "killed while its checks ran",
      { completion: "x", stop: killed, shown: shown({ unfinished: true }) },
      "killed",
      "ann",
    ],
  ])("%s", (_what, over, kind, said) => {
    const outcome = judge(evidence(over));
    expect(outcome.kind).toBe(kind);
    expect(outcome.reason).toContain(said);
  });

  it("out of scope goes back; what is protected waits for a person, and a used-up account is put on hold nevertheless", () => {
    const back = judge(evidence({ completion: "x", shown: shown({ outside: ["a"] }) }));
    expect(back).toMatchObject({ kind: "out-of-scope", becomes: "open", counts: true });
    const limit = { kind: "failed", cause: "window", until: "2026-03-01T00:00:00Z", reason: "r" } as const;
    const both = judge(evidence({ classification: limit, shown: shown({ outside: ["a"], damaged: ["b"] }) }));
    expect(both).toMatchObject({ kind: "out-of-scope", becomes: "blocked", parks: "window", until: limit.until });
    const limited = judge(evidence({ classification: limit, shown: shown({ outside: ["a"] }) }));
    expect(limited).toMatchObject({ kind: "rate-limited", becomes: "open", parks: "window", until: limit.until });
  });
});

it("a receipt in words", () => {
  const text = describeReceipt(
    {
      tools_finished: 3,
      reports_tools: true,
      tools: { Bash: { ok: 1, failed: 1 }, Write: { ok: 1, failed: 0 } },
      exit_code: 0,
      verdict: "claimed-done-unproven",
      files: { from: "git", changed: ["a", "b"], count: 2 },
      commits: [{ hash: "0123456789abcdef", subject: "fix" }],
      residuals: { dirty: ["b"], unpushed: 1 },
      checks: [{ command: "npm test", verdict: "failed", code: 1, ms: 1500, runs: 2, tail: "boom" }],
      missing: ["check failed"],
      outside: [],
      usage: { input: 100, output: 20, cost_usd: 0.5 },
      duration_ms: 61_000,
      overlapped: [{ task: "t-2", n: 1 }],
    },
    { now: 0 },
  );
  for (const part of [
    "Bash 2 (1 failed), Write 1",
    "2 (from git)",
    "0123456789 fix",
    "1 uncommitted (b), 1 commit unpushed",
    "failed (exit 1) in 1.5 s, run 2 times: npm test",
    "t-2 attempt 1",
    "$0.50",
    "boom",
  ])
    expect(text).toContain(part);
});
