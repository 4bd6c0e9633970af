/** A command's arguments: words reach it as they were typed, and what is wrong is said in the command's own terms. Pure. */
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { parseArguments } from "../../src/cli/arguments.ts";
import { anyCharacter } from "../../../kit/test/characters.ts";

const OPTIONS = {
  option: { alias: "o", type: "string", array: true, describe: "" },
  question: { alias: "q", type: "number", describe: "" },
  prefix: { type: "string", default: "fleet", describe: "" },
  again: { type: "boolean", describe: "" },
} as const;
const USAGE = "answer <id> <text..>";
const parsed = (...argv: string[]): unknown => parseArguments(USAGE, OPTIONS, argv);
const preset = { prefix: "fleet" };

it.each<[argv: string[], args: object]>([
  [["id", "007"], { id: "id", text: ["007"] }],
  [["id", "-"], { id: "id", text: ["-"] }],
  [["-q", "2", "id", "1e3"], { question: 2, id: "id", text: ["1e3"] }],
  [["id", "--", "--json", "-"], { id: "id", text: ["--json", "-"] }],
  [["id", "-1", "a.b=c"], { id: "id", text: ["-1", "a.b=c"] }],
  [
    ["id", "Which?", "--option", "A", "-o", "B", "--again", "now"],
    { id: "id", option: ["A", "B"], again: true, text: ["Which?", "now"] },
  ],
  [["--option=A", "id", "x", "--json"], { option: "A", id: "id", text: ["x"], json: true }],
  [["id", "x", "--prefix", "a", "--prefix", "b"], { id: "id", text: ["x"], prefix: "b" }],
])("%j", (argv, args) => {
  expect(parsed(...argv)).toEqual({ kind: "args", args: { ...preset, ...args } });
});

it("takes whatever follows --", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: anyCharacter }), { minLength: 1 }), (list) => {
      expect(parsed("id", "--", ...list)).toEqual({ kind: "args", args: { ...preset, id: "id", text: list } });
    }),
  );
});

it.each<[argv: string[], message: string]>([
  [[], "missing ID; usage: fleet answer ID TEXT..."],
  [["id"], "missing TEXT; usage: fleet answer ID TEXT..."],
  [["id", "x", "--agian"], "unknown option --agian; did you mean --again?"],
  [["id", "x", "--no-again"], "unknown option --no-again"],
  [["id", "x", "-x"], "unknown option -x"],
  [["id", "x", "--prefix"], "missing value of --prefix"],
  [["id", "x", "-q", "abc"], '-q takes a whole number, not "abc"'],
])("refuses %j with what is wrong, dashes and all", (argv, message) => {
  expect(parsed(...argv)).toEqual({ kind: "misuse", message: message.replace(/^-q/, "--question") });
});

it("refuses a word too many, and names the places that there are", () => {
  expect(parseArguments("task <id> [view]", {}, ["a", "log", "b"])).toEqual({
    kind: "misuse",
    message: 'unexpected argument "b"; usage: fleet task ID [VIEW]',
  });
});

it("help wins over everything else that is given", () => {
  expect(parsed("--bogus", "-h")).toEqual({ kind: "help" });
});
