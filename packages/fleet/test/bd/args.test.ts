import { parseArgs } from "node:util";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type Args, countTrouble, type Misuse, parse, splitCsv, tokenize } from "../../src/bd/args.ts";
import type { Flags } from "../../src/bd/verb.ts";
import { runs } from "../../../kit/test/runs.ts";

const FLAGS: Flags = {
  title: { type: "string", help: "" },
  priority: { type: "string", short: "p", help: "" },
  limit: { type: "int", short: "n", help: "" },
  share: { type: "float", min: 0, max: 1, help: "" },
  depth: { type: "int", min: 1, help: "" },
  json: { type: "bool", help: "" },
  quiet: { type: "bool", short: "q", help: "" },
  verbose: { type: "bool", short: "v", help: "" },
  labels: { type: "list", short: "l", help: "" },
  reason: { type: "array", short: "r", help: "" },
};

/** Every flag that was given with all its values, and the positional arguments under "". */
function decoded(argv: readonly string[]): Record<string, readonly string[]> | string {
  const parsed: Args | Misuse = parse(argv, FLAGS);
  if ("message" in parsed) return parsed.message;
  const given = Object.keys(FLAGS).filter((name) => parsed.has(name));
  return { "": parsed.positionals, ...Object.fromEntries(given.map((name) => [name, parsed.texts(name)])) };
}

describe("arguments by pflag's conventions", () => {
  test.each<[string[], Record<string, readonly string[]> | string | RegExp]>([
    [["a", "b"], { "": ["a", "b"] }],
    [["--title=x"], { "": [], title: ["x"] }],
    [["--title", "x", "y"], { "": ["y"], title: ["x"] }],
    [["--title", "--json"], { "": [], title: ["--json"] }],
    [["--title", "-1"], { "": [], title: ["-1"] }],
    [["--title="], { "": [], title: [""] }],
    [["--title=a=b"], { "": [], title: ["a=b"] }],
    [["-p1"], { "": [], priority: ["1"] }],
    [["-p", "P1"], { "": [], priority: ["P1"] }],
    [["-p=1"], { "": [], priority: ["1"] }],
    [["-qv", "x"], { "": ["x"], quiet: ["true"], verbose: ["true"] }],
    [["-qp2"], { "": [], quiet: ["true"], priority: ["2"] }],
    [["x", "--json", "y"], { "": ["x", "y"], json: ["true"] }],
    [["--json=false"], { "": [], json: ["false"] }],
    [["--", "--title", "-q"], { "": ["--title", "-q"] }],
    [["-"], { "": ["-"] }],
    [["-l", "a,b", "-l", "c"], { "": [], labels: ["a", "b", "c"] }],
    [["-l", '"a,b",c'], { "": [], labels: ["a,b", "c"] }],
    [["-l", ""], { "": [], labels: [] }],
    [["-r", "one, two", "-r", "three"], { "": [], reason: ["one, two", "three"] }],
    [["-n", "-5"], { "": [], limit: ["-5"] }],
    [["--bogus"], "unknown flag: --bogus"],
    [["--bogus=1"], "unknown flag: --bogus"],
    [["--__proto__"], "unknown flag: --__proto__"],
    [["--constructor"], "unknown flag: --constructor"],
    [["-x"], "unknown shorthand flag: 'x' in -x"],
    [["-1"], "unknown shorthand flag: '1' in -1"],
    [["--title"], "flag needs an argument: --title"],
    [["-p"], "flag needs an argument: 'p' in -p"],
    [["-n", "abc"], 'invalid argument "abc" for "-n, --limit" flag: strconv.ParseInt: parsing "abc": invalid syntax'],
    [["--depth", "1", "--share", ".5"], { "": [], depth: ["1"], share: [".5"] }],
    [["--depth", "0"], 'invalid argument "0" for "--depth" flag: must be 1 or more'],
    [["--share=7"], 'invalid argument "7" for "--share" flag: must be between 0 and 1'],
    [["--share", "-0.1"], 'invalid argument "-0.1" for "--share" flag: must be between 0 and 1'],
    [["--share", "1e-1"], /^invalid argument "1e-1" .*invalid syntax$/],
    [["--share", ""], /^invalid argument "" .*invalid syntax$/],
    [
      ["--json=maybe"],
      'invalid argument "maybe" for "--json" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
  ])("%j", (argv, expected) => {
    expect(decoded(argv)).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
  });

  test("the last value of a flag counts", () => {
    const parsed = parse(["--title", "a", "--title", "b", "-n1", "-n2"], FLAGS);
    if ("message" in parsed) throw new Error(parsed.message);
    expect([parsed.text("title"), parsed.number("limit"), parsed.flag("json")]).toEqual(["b", 2, false]);
  });

  test.each([
    ["", []],
    ["a", ["a"]],
    ["a,,b", ["a", "", "b"]],
    ['"say ""hi"""', ['say "hi"']],
    ['a"b', undefined],
    ['"open', undefined],
  ])("CSV %j", (text, fields) => {
    expect(splitCsv(text)).toEqual(fields);
  });

  test.each([
    [0, { usage: "x [id...]", args: { min: 1 } }, "requires at least 1 arg(s), only received 0"],
    [3, { usage: "x <id> <to>", args: { min: 2, max: 2 } }, "accepts 2 arg(s), received 3"],
    [2, { usage: "x [id]" }, "accepts at most 1 arg(s), received 2"],
    [3, { usage: "x [id] [text]", args: { min: 1 } }, "accepts between 1 and 2 arg(s), received 3"],
    [1, { usage: "x", args: { min: 1, max: 2 } }, undefined],
    [1, { usage: "x" }, "accepts 0 arg(s), received 1"],
    [7, { usage: "x <id> [<id>...]" }, undefined],
    [7, { usage: "x <key=value>..." }, undefined],
  ])("%d positional arguments of %j", (count, verb, trouble) => {
    expect(countTrouble(count, verb)).toBe(trouble);
  });
});

test("the tokens are those of node's own parseArgs", () => {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, { type, short }]) => [
      name,
      {
        type: type === "bool" ? ("boolean" as const) : ("string" as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  const word = fc.oneof(
    fc.constantFrom(
      "--",
      "-",
      "",
      "--title",
      "--json",
      "--unknown",
      "-p",
      "-q",
      "-qv",
      "-vp1",
      "-x",
      "---",
      "--=",
      "a",
    ),
    fc.constantFrom(
      "--title=",
      "--title=a=b",
      "--json=x",
      "--=a=b",
      "-p=1",
      "-qxp",
      "-é",
      "-xyz",
      "-l,",
      "--unknown=1",
    ),
    fc.string({ maxLength: 4 }),
    fc.string({ maxLength: 4, unit: fc.constantFrom("-", "=", "p", "q", "v", "x", "n") }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      // A dash among bools: node takes `-v-` for `-v --`.
      fc.pre(!argv.some((arg) => /^-[^-].*-/.test(arg)));
      const theirs = parseArgs({ args: argv, options, strict: false, allowPositionals: true, tokens: true }).tokens;
      expect(tokenize(argv, FLAGS)).toEqual(theirs);
    }),
    { numRuns: runs(300, 5_000) },
  );
});
