/** Whether a commit of which git's trace is silent may be the attempt's all the same. */
import { expect, it } from "vitest";

import { type GitCommand, NO_GIT } from "../../src/attempts/ran/trace.ts";
import { unheardBy } from "../../src/attempts/ran/unheard.ts";

const AT = 1_000_000;
const move = { hash: "1", at: AT / 1_000, what: "commit: x" };
/** So many milliseconds from when the second of the commit began. */
const git = (name: string, at: number): GitCommand => ({ name, args: [name], at: AT + at });
const tool = (from: number, until: number, text: string) => ({ from: AT + from, until: AT + until, text });

const STATUS = tool(-1_500, -1_000, "git status");
const CLEAN = "env -i PATH=$PATH git commit -m x";

it.each<[what: string, tools: readonly ReturnType<typeof tool>[], commands: readonly GitCommand[], is: boolean]>([
  ["a tool ran, and git wrote nothing of it", [tool(0, 500, "make")], [], true],
  ["git wrote what the tool ran", [tool(0, 500, "make")], [git("add", 200)], false],
  ["it was seen to begin too late", [tool(2_000, 2_500, "make")], [git("add", 200)], false],
  ["a tool before it ran git, and it did not", [STATUS, tool(0, 500, "make")], [git("status", -1_200)], true],
  ["a tool after it ran git, and it did not", [tool(0, 500, "make"), tool(900, 1_500, "x")], [git("log", 1_000)], true],
  ["both ran git", [STATUS, tool(0, 500, "make")], [git("status", -1_200), git("add", 100)], false],
  ["two tools at once, one command", [tool(0, 500, "a"), tool(0, 500, "b")], [git("add", 100)], true],
  ["two tools at once, two commands", [tool(0, 500, "a"), tool(0, 500, "b")], [git("add", 1), git("log", 2)], false],
  [
    "it commits by its words, and git wrote other things",
    [tool(0, 500, `git status; ${CLEAN}`)],
    [git("status", 1)],
    true,
  ],
  ["it commits by its words, and git wrote that", [tool(0, 500, "git add . && git commit")], [git("commit", 1)], false],
  ["its words only ask for a commit", [tool(0, 500, "git show commit; git log --grep merge")], [git("log", 1)], false],
  ["no tool ran then", [tool(-9_000, -8_000, CLEAN)], [], false],
])("%s", (_what, tools, commands, is) => expect(unheardBy({ ...NO_GIT, commands }, tools)(move)).toBe(is));

it("counts all the time of a coder that tells of no tools", () => {
  expect(unheardBy(NO_GIT, undefined)(move)).toBe(true);
  expect(unheardBy({ ...NO_GIT, commands: [git("add", 1)] }, undefined)(move)).toBe(false);
});

it("words of many flags are read in one way, and so at once", () => {
  const text = `git commit -qm x; : git${" -c".repeat(2_000)}`;
  expect(unheardBy({ ...NO_GIT, commands: [git("commit", 1)] }, [{ from: AT, until: AT + 2_000, text }])(move)).toBe(
    false,
  );
});
