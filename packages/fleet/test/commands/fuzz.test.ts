/**
 * Whatever is typed behind `fleet`: an end, an exit code that the help knows, words, and never a stack or "a defect". In a
 * home and a directory of their own: what is typed may write files, and read standard input.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { runs } from "../../../kit/test/runs.ts";
import { Fleet, type RunOptions } from "../support/fleet.ts";
import { anyCharacter } from "../../../kit/test/characters.ts";

/** What starts a supervisor or a service that would outlive the test; they have tests of their own. */
const LASTING = ["start", "restart", "foreground", "service"];
const NAMES = COMMANDS.map(nameOf).filter((name) => !LASTING.includes(name));
const LOADED = await Promise.all(COMMANDS.map(async ({ load }) => await load()));
const ACTIONS = LOADED.flatMap(({ choices = {} }) => Object.values(choices).flat());
const WORDS = ["tt-a", "tt-nope", "", " ", "-", "--", "0", "-1", "9e99", "=", "max_concurrent=", "max_concurrent=x"];
const SETTINGS = [
  "limits.shell={",
  "coders.x=1",
  "liveness=[]",
  "env.a.b=2",
  "__proto__=1",
  "task_timeout=1e9d",
  "a=b=c",
];
const PLACES = [".", "/dev/null", "/dev/null/x", "/proc/1", "plan.md", "main"];
const FLAGS = LOADED.flatMap(({ options }) => Object.keys(options))
  // It continues until somebody interrupts it.
  .filter((name) => name !== "follow")
  .flatMap((name) => [`--${name}`, `--no-${name}`, `--${name}=`]);
const MORE = [
  "--json",
  "--help",
  "--version",
  "--bogus",
  "-xyz",
  "-n",
  "-o",
  "-w",
  "10m",
  "--wait=1ms",
  "--attempt=1.5",
];

// Neither a path out of the directory nor a host: a remote may be either.
const text = fc
  .oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.string({ unit: anyCharacter, maxLength: 6 }))
  .filter((word) => !/[/:\0]/.test(word) && !LASTING.includes(word));
const word = fc.oneof(
  fc.constantFrom(...ACTIONS.filter((action) => !LASTING.includes(action)), ...WORDS),
  fc.constantFrom(...SETTINGS, ...PLACES),
  fc.constantFrom(...FLAGS, ...MORE),
  text,
);
const argv = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: word }),
    fc.array(word, { maxLength: 5 }),
  )
  .map(([first, rest]) => [first, ...rest]);

/** What was found to end badly once. */
const examples: [string[]][] = [[["merge-driver", "", "limits.shell={", "stop"]]];

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.make();
  await fleet.ok(["bd", "create", "A", "--id", "tt-a"]);
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

/** As a process, unless told otherwise: any words may make a command wait, or end its process. */
async function check(args: readonly string[], options: RunOptions = { timeout: 30_000 }): Promise<void> {
  const { code, stdout, stderr } = await fleet.run(args, { ...options, stdin: "text\n" });
  const said = stdout + stderr;
  expect([0, 1, 2, 3, 4], said).toContain(code);
  expect(said).not.toMatch(
    /\n\s+at .+:\d+:\d+|node:internal|TypeError|ReferenceError|\[object Object\]|defect in fleet/,
  );
  if (code !== 0) expect(said).not.toBe("");
}

const LIMIT = runs(90_000, 600_000);

describe("any argv", () => {
  test("of every command: bare, and its help", async () => {
    for (const name of NAMES) {
      await check([name], {});
      const { code, stdout } = await fleet.run([name, "--help"]);
      expect({ name, code }).toEqual({ name, code: 0 });
      // What the shells call takes every word for a word to complete.
      if (name !== "complete-values") expect(stdout).toContain(name === "bd" ? "Usage:" : `fleet ${name}`);
    }
  }, 120_000);

  test(
    "of words, flags, settings and noise",
    async () => {
      await fc.assert(
        fc.asyncProperty(argv, async (args) => await check(args)),
        {
          numRuns: runs(6, 300),
          interruptAfterTimeLimit: LIMIT,
          examples,
        },
      );
    },
    LIMIT + 60_000,
  );
});
