/** Whatever is typed: an exit code of 0 or 1, words, and never a stack or an exception. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { NAMES } from "../../src/bd/table.ts";
import { initialized, makeWorld, type World } from "./world.ts";
import { runs } from "../../../kit/test/runs.ts";
import { anyCharacter } from "../../../kit/test/characters.ts";

const SUBS = ["add", "remove", "list", "list-all", "tree", "cycles", "status", "get", "set", "unset", "rm"];
const WORDS = ["tt-a", "tt-b", "tt-", "a", "", "-", "--", "P1", "9", "-1", "0", "open", "[", "(", "\\", "external:x:y"];
const FLAGS = [
  "--json",
  "-q",
  "-p",
  "-n",
  "--limit",
  "--status",
  "--type",
  '--label=x,"',
  "--sort",
  "--parent",
  "--id",
  "--bogus",
  "-xyz",
  "--deps",
];
const MORE = [
  "--metadata",
  "{}",
  "--due",
  "tomorrow",
  "--defer=-1d",
  "--force",
  "--claim",
  "--title",
  "--label-regex",
  "--all",
  "--help",
  "-r",
  "--fix",
  "--repair",
  "--dry-run",
  "--auto-merge",
  "--threshold",
  "--dot",
  "--mermaid",
  "--format",
  "--from-bd",
  "--strict",
  "plan.md",
  "kw-",
];

// `edit` starts an editor, and a number of verbs read standard input; both are harmless in this world.
const argv = fc.array(
  fc.oneof(
    fc.constantFrom(...NAMES),
    fc.constantFrom(...SUBS, ...WORDS, ...FLAGS, ...MORE),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: anyCharacter, maxLength: 6 }),
  ),
  { minLength: 1, maxLength: 7 },
);

const stack = /\n\s+at .+:\d+:\d+|node:internal|TypeError|ReferenceError|\[object Object\]/;

async function check(world: World, args: readonly string[]): Promise<void> {
  const { exit, stdout, stderr } = await world.bd(args, { stdin: "text" });
  expect([0, 1]).toContain(exit);
  expect(stderr).not.toMatch(stack);
  expect(stdout).not.toMatch(stack);
  if (exit === 1) expect(stdout + stderr).not.toBe("");
}

describe("any argv", () => {
  test("with issues there", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"]);
    await world.bd(["create", "B", "--id", "tt-b", "--deps", "tt-a"]);
    await fc.assert(
      fc.asyncProperty(argv, (args) => check(world, args)),
      { numRuns: runs(30, 300) },
    );
  }, 120_000);

  test("without a home", async () => {
    await fc.assert(
      fc.asyncProperty(argv, async (args) => {
        using world = makeWorld();
        await check(world, args);
      }),
      { numRuns: runs(5, 40) },
    );
  }, 120_000);

  test("every verb with no arguments, and its help", async () => {
    using world = await initialized();
    for (const name of NAMES) {
      await check(world, [name]);
      const { exit, stdout, stderr } = await world.bd([name, "--help"]);
      expect({ name, exit, stderr }).toEqual({ name, exit: 0, stderr: "" });
      expect(stdout).toContain("Usage:\n  bd ");
      expect((await world.bd(["help", name])).stdout).toBe(stdout);
    }
  });
});
