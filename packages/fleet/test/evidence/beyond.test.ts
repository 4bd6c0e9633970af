/** What is beyond the bound of a listing is named. */
import { expect, it } from "vitest";

import { beyondLines } from "../../src/attempts/evidence/beyond.ts";

it.each<[paths: readonly string[], lines: readonly string[]]>([
  [[], []],
  [["a"], ["1 uncommitted file in the top directory"]],
  [["src/gen/a/1", "src/gen/b/2"], ["2 uncommitted files in src/gen/"]],
  [
    ["src/gen/ab", "src/gen/ac", "z"],
    ["2 uncommitted files in src/gen/", "1 uncommitted file in the top directory"],
  ],
  [
    ["a/1", "a/2", "b/1", "c/1", "d/1", "e/1", "f/1", "g/1"],
    [
      "2 uncommitted files in a/",
      ...["b/", "c/", "d/", "e/"].map((dir) => `1 uncommitted file in ${dir}`),
      "2 uncommitted files in other directories",
    ],
  ],
])("%j", (paths, lines) => expect(beyondLines(paths)).toEqual(lines));
