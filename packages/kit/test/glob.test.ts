/** Path patterns: what they match, and that none takes long. */
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { matches, MAX_PATTERN, patternTrouble, wordMatcher } from "../src/glob.ts";

describe("a path pattern", () => {
  it.each<[pattern: string, path: string, expected: boolean]>([
    ["src/**", "src/a.ts", true],
    ["src/**", "src/a/b/c.ts", true],
    ["src/**", "srcs/a.ts", false],
    ["src", "src/a/b.ts", true],
    ["src/", "src/a.ts", true],
    ["./src/*", "src/a.ts", true],
    ["*.md", "README.md", true],
    ["*.md", "docs/README.md", false],
    ["**/*.md", "README.md", true],
    ["**/*.md", "docs/x/README.md", true],
    ["**/test/**", "packages/a/test/b.ts", true],
    ["**/test/**", "test/b.ts", true],
    ["a?.ts", "ab.ts", true],
    ["a?.ts", "a/.ts", false],
    ["[ab].ts", "b.ts", true],
    ["[!ab].ts", "b.ts", false],
    ["{src,test}/**", "test/b.ts", true],
    ["*.{ts,js}", "a.js", true],
    ["*.{ts,js}", "a.css", false],
    ["a.ts", "axts", false],
    ["a(b)+.ts", "a(b)+.ts", true],
    ["**", "anything/at/all", true],
    ["../other/**", "../other/x", true],
    ["[z-a]", "[z-a]", true],
    ["[z-a]", "m", false],
    ["app/[id]/page.tsx", "app/[id]/page.tsx", true],
    ["app/[id]/**", "app/i/x", true],
    ["src/**/gen/**/*.ts", "src/a/gen/b/gen/c.ts", true],
    ["src/**/gen/**/*.ts", "src/a/b.ts", false],
    ["**/**/**/x", "a/x", true],
    ["src/**.ts", "src/x/y.ts", true],
    ["secrets/**.pem", "secrets/x/a.pem", true],
    ["a/**b", "a/x/yb", true],
    ["**.ts", "a/b.ts", true],
    ["src/***/x", "src/a/b/x", true],
    ["a/{**/x,y}/z", "a/b/c/x/z", true],
    ["a/{**/x,y}/z", "a/y/z", true],
    ["a/{**/x,y}/z", "a/x/z", true],
    ["{a,b}{c,d}", "bc", true],
    ["{a,b}{c,d}", "ba", false],
    ["[a/b]c", "/c", false],
    ["{a,{b,c}}/*", "c/x", true],
    ["{a}", "{a}", true],
    ["{a,b", "{a,b", true],
    ["*a*b", "xaxb", true],
    ["*a*b", "xbxa", false],
    ["é?", "é漢", true],
    ["?", "😀", true],
  ])("%s and %s: %s", (pattern, path, expected) => expect(matches(path, [pattern])).toBe(expected));
});

/** Milliseconds of the fastest of five: the machine may be busy. */
function took(pattern: string, path: string): number {
  const runs = Array.from({ length: 5 }, () => {
    const began = process.cpuUsage();
    matches(path, [pattern]);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  });
  return Math.min(...runs);
}

describe("no pattern backtracks without end", () => {
  it.each<[string, string]>([
    ["*a*a*a*a*ac", "a".repeat(120)],
    [`${"*a".repeat(20)}*c`, "a".repeat(250)],
    [`${"**/".repeat(30)}x`, "a/".repeat(60)],
    [`${"**/a/".repeat(30)}x`, "a/".repeat(120)],
    [`${"?*".repeat(60)}c`, "a".repeat(200)],
    [`${"{a,b}".repeat(100)}c`, "ab".repeat(100)],
    [`${"{".repeat(900)}${"{a,b}".repeat(8)}`, "a"],
    [`${"{**,**/*}/".repeat(8)}${"*a".repeat(400)}c`, "a/".repeat(60)],
    [`${"{a,*}".repeat(100)}c`, "a".repeat(120)],
    [`${"[ab]*".repeat(60)}c`, "ab".repeat(100)],
  ])("%s", (pattern, path) => {
    matches(path, [pattern]);
    expect(matches(path, [pattern])).toBe(false);
    expect(took(pattern, path)).toBeLessThan(pattern.length > 300 ? 100 : 10);
  });

  it("the pattern of 120 letters that took 500 s is answered within a millisecond", () => {
    for (let warm = 0; warm < 50; warm++) took("*a*a*a*a*ac", "a".repeat(120));
    expect(took("*a*a*a*a*ac", "a".repeat(120))).toBeLessThan(1);
  });
});

test("a pattern over a kilobyte is refused and matches nothing", () => {
  const long = "a".repeat(MAX_PATTERN + 1);
  expect(patternTrouble(long)).toContain("at most 1000 characters");
  expect(matches(long, [long])).toBe(false);
  expect(patternTrouble("src/**/*.{ts,js}")).toBeUndefined();
});

test("a name with stars matches as a regular expression of it does", () => {
  const letter = fc.constantFrom("a", "b", "*", "?");
  fc.assert(
    fc.property(
      fc.string({ unit: letter, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }),
      (pattern, word) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        expect(wordMatcher(pattern)(word)).toBe(expression.test(word));
      },
    ),
    { numRuns: 500 },
  );
});

test("a word's pattern takes a slash as a letter", () => {
  expect(wordMatcher("area/*")("area/ui/x")).toBe(true);
  expect(wordMatcher("*")("a/b")).toBe(true);
});
