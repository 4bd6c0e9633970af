/** Two tasks that may change the same files, as far as they say. */
import { expect, test } from "vitest";

import { patternsMeet } from "@fleet/kit/glob";

import { meeting, touched } from "../../src/engine/core/same-files.ts";

test.each([
  ["src/a.ts", "src/a.ts", true],
  ["src/a.ts", "src/b.ts", false],
  ["src", "src/deep/b.ts", true],
  ["src/**", "src/b.ts", true],
  ["src/*.ts", "src/b.js", false],
  ["src/*.{ts,js}", "src/b.*", true],
  ["**/*.md", "docs/**", true],
  ["*.md", "docs/**", false],
  ["src/[a-c]*", "src/[b-d]?", true],
  ["src/[a-b]", "src/[c-d]", false],
  ["src/[!a]", "src/a", false],
  ["src/[!a]", "src/[!b]", true],
  ["a*b*c", "*x*", true],
  ["srcs/**", "src/**", false],
])("%s and %s", (one, other, meet) => {
  expect(patternsMeet(one, other)).toBe(meet);
  expect(patternsMeet(other, one)).toBe(meet);
});

const task = (metadata: Record<string, unknown>) => ({ metadata });

test("what a task may change is known by its own directory, and nothing is where it says nothing", () => {
  const api = touched(task({ allow: ["src/**", "../shared/x"] }), "/r/api");
  expect(api).toEqual(["/r/api/src/**", "/r/shared/x"]);
  expect(meeting(api, touched(task({ touches: ["shared"] }), "/r"))).toEqual(["/r/shared/x", "/r/shared"]);
  expect(meeting(api, touched(task({ touches: ["web/**"] }), "/r"))).toBeUndefined();
  expect(touched(task({}), "/r")).toEqual([]);
  expect(touched(task({ touches: ["a"] }), "/r/[id]*")).toEqual(["/r/[[]id][*]/a"]);
});

test("patterns that take too long to compare count as overlapping", () => {
  const [one, other] = ["a", "b"].map((letter) => `${`*${letter}`.repeat(400)}${letter}`);
  const budget = { steps: 1_000 };
  expect(patternsMeet(one ?? "", `${other}c`, budget)).toBe(true);
  expect(budget.steps).toBeGreaterThan(-100);
  // There is nothing left for the next one, either.
  expect(patternsMeet("x*", "xy", budget)).toBe(true);
});

test("what was compared once is known as long as two tasks say the same", () => {
  const [mine, its] = [touched(task({ allow: ["a/*", "b"] }), "/r"), touched(task({ touches: ["b/c"] }), "/r")];
  expect(touched(task({ allow: ["a/*", "b"] }), "/r")).toBe(mine);
  expect(meeting(mine, its)).toEqual(["/r/b", "/r/b/c"]);
  expect(meeting(mine, its)).toBe(meeting(touched(task({ allow: ["a/*", "b"] }), "/r"), its));
});

test("the case of letters tells nothing apart where the disk does not", () => {
  const [mine, its] = [touched(task({ allow: ["Src/**"] }), "/r"), touched(task({ touches: ["src/A"] }), "/r")];
  expect([meeting(mine, its), meeting(mine, its, true)]).toEqual([undefined, ["/r/Src/**", "/r/src/A"]]);
});
