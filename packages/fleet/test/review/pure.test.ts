/** What a person's word on work names and where their remarks stand, without a repository. */
import { describe, expect, it } from "vitest";

import type { Issue } from "@fleet/store/issue";
import { freshMark, isOpenRemark, remarksOf, remarkText } from "@fleet/store/remarks";

import { riskOf } from "../../src/app/views/overlap.ts";
import { reviewPart } from "../../src/attempts/prompt/review-part.ts";
import { toEdit, written } from "../../src/cli/review-edit.ts";
import { standingOf } from "../../src/engine/core/approval.ts";
import { placed } from "../../src/engine/core/placed.ts";
import { reviewFull, waitingForReview } from "../../src/engine/core/review-full.ts";
import { projectsAround } from "../../src/settings/effective/project.ts";
import { parseConfig } from "../../src/settings/file.ts";

const ISSUE: Issue = {
  id: "tt-a",
  title: "A",
  status: "open",
  priority: 2,
  issue_type: "task",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

describe("an approval", () => {
  const file = (change: string, is: string) => ({ change, file: is });
  const approval = { tree: "t1", content: "c1", files: { a: file("x", "1"), b: file("y", "2") } };
  const UNKNOWN = { base: undefined, replayed: { kind: "unknown" } } as const;
  const now = (tree: string, all: string, files: Record<string, ReturnType<typeof file>>) => ({
    ...UNKNOWN,
    tree,
    content: { all, files },
  });

  it("is what it comes to on the base of now, where that can be told, whatever looks alike", () => {
    const alike = now("t1", "c1", approval.files);
    const replayed = (moved: string[]) => ({ ...alike, replayed: { kind: "clean", moved } }) as const;
    expect(standingOf(approval, replayed([])).kind).toBe("holds");
    expect(standingOf(approval, replayed(["b", "a"]))).toEqual({ kind: "void", moved: ["a", "b"] });
    const conflict = { ...alike, replayed: { kind: "conflict", files: ["a"] } } as const;
    expect(standingOf(approval, conflict)).toEqual({ kind: "void", moved: ["a"] });
    // The same files on another base take back what that has.
    const other = { ...now("t1", "c2", {}), base: "b2" };
    expect(standingOf({ ...approval, base: "b1" }, other).kind).toBe("void");
  });

  it("holds for the same files, and for the same change on another state of them", () => {
    expect(standingOf(approval, { ...UNKNOWN, tree: "t1", content: undefined }).kind).toBe("holds");
    expect(standingOf(approval, now("t2", "c1", {})).kind).toBe("holds");
    expect(standingOf(approval, now("t2", "c2", { a: file("x", "9"), b: file("y", "8") })).kind).toBe("holds");
  });

  it("holds where a file is what was approved, though its target had a part of the change already", () => {
    expect(standingOf(approval, now("t2", "c2", { a: file("x", "9"), b: file("", "2") })).kind).toBe("holds");
  });

  it.each([
    ["another change", { a: file("x", "9"), b: file("z", "3") }, ["b"]],
    ["a further file", { ...approval.files, c: file("w", "4") }, ["c"]],
    ["a change that is gone", { a: file("x", "1") }, ["b"]],
  ])("is void by %s, and says what moved", (_what, files, moved) => {
    expect(standingOf(approval, now("t2", "c2", files))).toEqual({ kind: "void", moved });
  });

  it("is void if the changes are unknown", () => {
    expect(standingOf(approval, { ...UNKNOWN, tree: "t2", content: undefined }).kind).toBe("void");
    expect(standingOf({}, now("t1", "c1", {})).kind).toBe("void");
    expect(standingOf(approval, { ...UNKNOWN, tree: "t2", content: { all: "c2", files: undefined } })).toMatchObject({
      moved: ["more files than are compared"],
    });
  });
});

describe("a remark", () => {
  const comment = (id: string, author: string, text: string) => ({
    id,
    author,
    text,
    created_at: "2026-01-01T00:00:00Z",
  });
  const text = remarkText(
    "7f3a",
    { path: "src/a b.ts:1", line: 12, head: "3f2a1b0c4d5e6f", text: "  x = 1;  " },
    "why?\nsay so",
  );

  it("says all of it in a text that any viewer shows, and is read again from that", () => {
    expect(text).toBe("Review 7f3a: src/a b.ts:1:12 at 3f2a1b0c4d5e\n>   x = 1;\n\nwhy?\nsay so");
    const comments = [comment("1", "Ann", text)];
    expect(remarksOf({ comments })).toMatchObject([
      { mark: "7f3a", path: "src/a b.ts:1", line: 12, head: "3f2a1b0c4d5e", text: "  x = 1;", words: "why?\nsay so" },
    ]);
  });

  it.each(["a\rb", "a \u2028 b", "  indented", ""])("is read again of a line that says %j", (text) => {
    const comment = {
      id: "1",
      issue_id: ISSUE.id,
      author: "Ann",
      text: remarkText("7f3a", { path: "a \u2028:1", line: 2, head: "", text }, "why?"),
      created_at: "2026-01-01T00:00:00Z",
    };
    expect(remarksOf({ comments: [comment] })).toMatchObject([{ path: "a \u2028:1", line: 2, text, words: "why?" }]);
  });

  it("has the answers that begin with its mark below it, and is open until an agent has the last word", () => {
    const said = (...more: [string, string][]) =>
      remarksOf({
        comments: [comment("1", "Ann", text), ...more.map(([by, words], at) => comment(`r${at}`, by, words))],
      });
    expect(said(["claude/0001", "7f3a: renamed"], ["claude/0001", "7f3b: no"])[0]).toMatchObject({
      replies: [{ by: "claude/0001", text: "renamed", isAgents: true }],
    });
    expect(said().map(isOpenRemark)).toEqual([true]);
    expect(said(["claude/0001", "7f3a: renamed"]).map(isOpenRemark)).toEqual([false]);
    expect(said(["claude/0001", "7f3a: renamed"], ["Ann", "7f3a: not everywhere"]).map(isOpenRemark)).toEqual([true]);
  });

  it.each([
    ["a line each", "7f3a: renamed\n  twice\n0b0b: no need", ["renamed\n  twice", "no need"]],
    ["a list below other words", "All done.\n\n- **7f3a**: renamed\n* `0b0b`: no need\n", ["renamed", "no need"]],
    ["both at once", "[7f3a], 0b0b: done", ["done", "done"]],
    ["both in words", "7f3a and 0b0b: done", ["done", "done"]],
    ["one that is there and one that is not", "7f3a, ffff: done", ["done", undefined]],
    ["none: the mark stands in the words", "see 7f3a: done\nffff: done", [undefined, undefined]],
  ])("is answered by one comment as any other one: %s", (_how, words, expected) => {
    const other = remarkText("0b0b", { path: "b", line: 1, head: "", text: "y" }, "and this?\n7f3a: as there");
    const comments = [comment("1", "Ann", text), comment("2", "Ann", other), comment("3", "claude/0001", words)];
    expect(remarksOf({ comments }).map(({ replies }) => replies[0]?.text)).toEqual(expected);
  });

  it("is a person's: what an attempt writes in its form is a comment", () => {
    expect(remarksOf({ comments: [comment("1", "claude/0001", text)] })).toEqual([]);
  });

  it("gets a mark that no other one of the task has", () => {
    const uuids = ["aaaa-7f3a", "aaaa-7f3b"];
    expect(freshMark(remarksOf({ comments: [comment("1", "Ann", text)] }), () => uuids.shift() ?? "")).toBe("7f3b");
  });

  it.each([
    ["where it was", ["a", "x", "b"], { kind: "here", line: 2 }],
    ["where it has moved to, the nearest of those that say the same", ["x", "a", "b", "x"], { kind: "here", line: 1 }],
    ["outdated where its line is another", ["a", "y", "b"], { kind: "outdated" }],
    ["outdated where its file is gone", undefined, { kind: "outdated" }],
  ])("is shown %s", (_where, lines, expected) => {
    expect(placed({ line: 2, text: "x" }, lines)).toEqual(expected);
  });

  it("that is sent back begins the prompt in one piece, with open remarks only", () => {
    const rework = { by: "Ann", at: "2026-01-01T00:00:00Z", words: "not yet", attempt: { n: 2, uuid: "u" } };
    const other = remarkText("0b0b", { path: "b", line: 1, head: "", text: "y" }, "and this?");
    const comments = [comment("1", "Ann", text), comment("2", "Ann", other), comment("3", "claude/0001", "0b0b: done")];
    const part = reviewPart({ ...ISSUE, comments, metadata: { fleet: { rework } } }, "fleet");
    expect(part).toContain("Ann has looked at the work of attempt 2 and sends it back:\n\nnot yet");
    expect(part).toContain("- 7f3a, src/a b.ts:1:12 (Ann)\n  >   x = 1;\n  why?\n  say so");
    expect(part).toContain('fleet bd comment tt-a "7f3a: what you did"');
    expect(part).not.toContain("and this?");
    expect(reviewPart({ ...ISSUE, comments }, "fleet")).toBe("");
  });
});

describe("a diff that a person has written into", () => {
  const DIFF = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,4 @@ top
 one
-two
+2
+3
 four
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-was
`;

  it("has remarks on the lines above those that begin with >, as they are after the change", () => {
    const edited = DIFF.replace("+3\n", "+3\n> why\n> three?\n").replace("-two\n", "-two\n>why not two?\n");
    expect(written(toEdit("about", edited))).toEqual({
      words: "",
      remarks: [
        { path: "src/a.ts", line: 1, text: "one", words: "why not two?" },
        { path: "src/a.ts", line: 3, text: "3", words: "why\nthree?" },
      ],
    });
  });

  it("takes lines before the files as remarks on the whole, and lines in a deleted file as remarks on it", () => {
    const edited = toEdit("about", DIFF).replace("\ndiff --git a/src", "\n> good work\ndiff --git a/src");
    expect(written(edited.replace("-was\n", "-was\n> keep it\n"))).toEqual({
      words: "good work\n\ngone: keep it",
      remarks: [],
    });
  });

  it("names files as they are, and those of which no line is shown", () => {
    const edited = `diff --git a/bin.dat b/bin.dat
Binary files a/bin.dat and b/bin.dat differ
> what is it
diff --git a/old b b/new b
similarity index 90%
rename from old b
rename to new b
> renamed
diff --git "a/\\303\\274 \\"x\\".txt" "b/\\303\\274 \\"x\\".txt"
--- "a/\\303\\274 \\"x\\".txt"\t
+++ "b/\\303\\274 \\"x\\".txt"\t
@@ -1 +1 @@
-l
+m
> umlaut
diff --git "a/n\\nl" "b/n\\nl"
new file mode 100644
--- /dev/null
+++ "b/n\\nl"
@@ -0,0 +1 @@
+a
> odd
`;
    expect(written(edited)).toEqual({
      words: 'bin.dat: what is it\n\nnew b: renamed\n\n"n\\nl": odd',
      remarks: [{ path: 'ü "x".txt', line: 1, text: "m", words: "umlaut" }],
    });
  });

  it("counts the lines of an editor that takes blanks away, and of each hunk by themselves", () => {
    const edited = `diff --git a/a b/a
--- a/a
+++ b/a
@@ -1,3 +1,3 @@

-x
+y
> blank above

@@ -20,2 +20,1 @@
> this part
-gone
> and this
 stays

`;
    expect(written(edited)).toEqual({
      words: "",
      remarks: [
        { path: "a", line: 2, text: "y", words: "blank above" },
        { path: "a", line: 20, text: "stays", words: "this part\nand this" },
      ],
    });
  });

  it("says nothing where nothing was written", () => {
    expect(written(toEdit("about\n> no remark", DIFF))).toEqual({ words: "", remarks: [] });
  });
});

describe("max_in_review", () => {
  const read = parseConfig("projects: { /w: { max_in_review: 1 } }");
  if (!read.ok) throw new Error(read.problems.join());
  const { config } = read;
  const review = { attempt: { n: 1, uuid: "u" }, at: "", claim: "", change: "", missing: [], grade: "checked" };
  const waits: Issue = { ...ISSUE, status: "in_progress", metadata: { cwd: "/w/sub", fleet: { review } } };
  const others = waitingForReview([waits, { ...ISSUE, id: "tt-o" }], config);
  const obstacles = (cwd: string, fleet: object = {}) =>
    reviewFull({ ...ISSUE, metadata: { cwd, fleet } }, projectsAround(config.projects, cwd), others);

  it("holds what is not begun in that project, and names what waits", () => {
    expect(obstacles("/w")).toEqual([{ kind: "review-full", project: "/w", max: 1, by: ["tt-a"] }]);
    expect(obstacles("/elsewhere")).toEqual([]);
  });

  it("lets started work continue: a person may have sent it back", () => {
    expect(obstacles("/w", { attempts: 1 })).toEqual([]);
  });
});

it("the risk of a conflict is what the target and other work that waits in the same repository changed too", () => {
  const waiting = (id: string, files: string[] | undefined, onTarget?: string[], repository = "r") => ({
    id,
    repository,
    files,
    onTarget,
  });
  const own = waiting("a", ["x", "y"], ["y", "z"]);
  const all = [own, waiting("b", ["x"]), waiting("c", ["x"], undefined, "other"), waiting("d", undefined)];
  expect(riskOf(own, all)).toEqual({ target: ["y"], tasks: [{ id: "b", files: ["x"] }], isUnknown: false });
  expect(riskOf(waiting("d", undefined), all)).toMatchObject({ isUnknown: true });
  // Of an experiment one alone goes on.
  const ofOne = all.map((one) => ({ ...one, experiment: "e" }));
  expect(riskOf({ ...own, experiment: "e" }, [...ofOne, waiting("f", ["x"])]).tasks).toEqual([
    { id: "f", files: ["x"] },
  ]);
});
