/** A person's words reach a command as they are. */
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { marked, unmarked } from "../../src/cli/words.ts";

const OPTIONS = {
  option: { alias: "o", type: "string", array: true, nargs: 1 },
  question: { alias: "q", type: "number" },
  again: { type: "boolean" },
} as const;
const words = (argv: readonly string[]): string[] =>
  marked(argv, OPTIONS).flatMap((word) => {
    const { text } = unmarked({ text: word });
    return text === word ? [] : [String(text)];
  });

it.each([
  [
    ["answer", "id", "007"],
    ["id", "007"],
  ],
  [
    ["answer", "id", "-"],
    ["id", "-"],
  ],
  [
    ["answer", "-q", "2", "id", "1e3"],
    ["id", "1e3"],
  ],
  [
    ["answer", "id", "--", "--json", "-"],
    ["id", "--json", "-"],
  ],
  [
    ["ask", "Which?", "--option", "A", "-o", "B", "--again", "now"],
    ["Which?", "now"],
  ],
  [["ask", "--option=A", "Which?", "--json"], ["Which?"]],
])("%j: the words are %j", (argv, expected) => {
  expect(words(argv)).toEqual(expected);
});

it("takes whatever stands behind --", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (list) => {
      expect(words(["ask", "--", ...list])).toEqual(list);
    }),
  );
});
