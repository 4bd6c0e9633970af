/** A diff on a terminal: in colour, and by a pager where it is longer than the screen. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { paged, pagerOf } from "../../src/cli/pager.ts";
import { diffLines } from "../../src/cli/screens/diff-lines.ts";
import { colours } from "../../src/cli/style.ts";

const named = (name: string) => (text: string) => `<${name}>${text}`;

test("lines of a diff are coloured by their position, not by how they begin", () => {
  const c = { ...colours({ env: {}, isTerminal: { stdin: false, stdout: false, stderr: false } }) };
  const paint = { ...c, blue: named("hunk"), bold: named("head"), green: named("new"), red: named("old") };
  const diff = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n same\n--- a list\n+++ b\n";
  expect(diffLines(diff, paint)).toBe(
    "<head>diff --git a/f b/f\n<head>--- a/f\n<head>+++ b/f\n<hunk>@@ -1,2 +1,2 @@\n same\n<old>--- a list\n<new>+++ b\n",
  );
});

test("a pager is git's: GIT_PAGER, PAGER or less; none on a dumb terminal, and none without a terminal", () => {
  const on = { stdin: true, stdout: true, stderr: true };
  expect(pagerOf({ env: { GIT_PAGER: "mine", PAGER: "more" }, isTerminal: on })).toBe("mine");
  expect(pagerOf({ env: { PAGER: "more" }, isTerminal: on })).toBe("more");
  expect(pagerOf({ env: {}, isTerminal: on })).toBe("less");
  expect(pagerOf({ env: { PAGER: "cat" }, isTerminal: on })).toBeUndefined();
  expect(pagerOf({ env: { TERM: "dumb" }, isTerminal: on })).toBeUndefined();
  expect(pagerOf({ env: {}, isTerminal: { ...on, stdout: false } })).toBeUndefined();
});

test("what is longer than the screen goes to the pager; it is printed where that is missing, or one screen is enough", async () => {
  const dir = mkdtempSync(join(tmpdir(), "fleet-pager-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const shown = join(dir, "shown");
  const show = async (pager: string, text: string): Promise<string> => {
    let out = "";
    const env = { PATH: process.env["PATH"], LINES: "3", PAGER: pager };
    const isTerminal = { stdin: true, stdout: true, stderr: true };
    await paged({ env, isTerminal, cwd: dir, out: (printed) => void (out += printed) }, text);
    return out;
  };
  const long = "1\n2\n3\n4\n";
  expect(await show(`cat > ${shown}`, long)).toBe("");
  expect(readFileSync(shown, "utf8")).toBe(long);
  expect(await show("no-such-pager-anywhere 2>&-", long)).toBe(long);
  expect(await show(`cat > ${shown}`, "1\n")).toBe("1\n");
});
