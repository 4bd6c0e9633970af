/** What may be changed: judged alike as it happens and afterwards. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

import * as fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";

import { claude } from "@fleet/coders/claude/index";
import { codex } from "@fleet/coders/codex/index";
import { ignoresCase } from "@fleet/kit/letter-case";

import { fromDirectory, isIn, mayChange, outside, reaches, refused } from "../../src/attempts/evidence/scope.ts";
import { guardOff } from "../../src/engine/shell/start/guard.ts";
import { call } from "../support/in-process.ts";

function directory(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "fleet scope-")));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

it.each<[pattern: string, path: string, expected: boolean]>([
  ["src/../lib", "lib/a", true],
  ["./src//gen/../**", "src/a", true],
  ["../shared/x/../**", "../shared/a", true],
  ["src/*/../x", "src/x", false],
  ["lib/**", "lib", true],
  ["lib/**", "lib/", true],
  ["lib/", "lib/a/b", true],
  ["lib/**", "libs", false],
  ["**", "a/b", true],
  ["app/[id]/page.tsx", "app/[id]/page.tsx", true],
  ["/", "a", false],
  [".", "a/b", true],
  ["./", "a", true],
  ["src/..", "a", true],
  [".", "../a", false],
  ["", "a", false],
])("%s names %s: %s", (pattern, path, expected) => expect(isIn(path, [pattern])).toBe(expected));

it("ignores the case of letters where the disk does", () => {
  const scope = { allow: ["Src/**"], deny: ["src/Secret"] };
  expect(["src/a", "SRC/secret"].map((path) => mayChange(path, { ...scope, ignores_case: true }))).toEqual([
    true,
    false,
  ]);
  expect(["src/a", "Src/secret"].map((path) => mayChange(path, scope))).toEqual([false, true]);
  expect(ignoresCase("/")).toBe(false);
  const dir = directory();
  mkdirSync(join(dir, "x"));
  symlinkSync("x", join(dir, "X"));
  expect(ignoresCase(join(dir, "x"))).toBe(false);
});

const name = fc.constantFrom("a", "A", "b", "src", "é", "e\u0301", "x.ts");
const way = fc
  .array(fc.oneof({ weight: 6, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom(".", "..", "") }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join("/"));
const pattern = fc
  .array(fc.oneof(name, fc.constantFrom("*", "**", "..", "*.ts", "{a,src}", "[ab]")), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

it("the hook and the look afterwards judge every path alike, however it is written", () => {
  const rules = fc.record({
    cwd: fc.constantFrom("/w", "/w/src", "/w/src/a"),
    allow: fc.array(pattern, { maxLength: 2 }),
    deny: fc.array(pattern, { maxLength: 2 }),
    ignores_case: fc.boolean(),
  });
  fc.assert(
    fc.property(rules, way, (of, written) => {
      const path = resolve(of.cwd, written);
      fc.pre(path.startsWith("/w/") && path !== of.cwd);
      // As git names it, from the top of the working tree.
      const named = fromDirectory(of.cwd, join("/w", relative("/w", path)), of.ignores_case);
      expect(refused(path, of) !== undefined).toBe(outside([named], of).length > 0);
    }),
    { numRuns: 500 },
  );
});

it("lets an attempt write where its own files are, and takes another case for the same directory where the disk does", () => {
  const rules = { cwd: "/w/Src", allow: ["a/**"], deny: [] };
  expect(refused("/home/tasks/1/PLAN", { ...rules, free: ["/home/tasks/1"] })).toBeUndefined();
  expect(refused("/home/tasks/12/PLAN", { ...rules, free: ["/home/tasks/1"] })).toBe("../../home/tasks/12/PLAN");
  expect(refused("/W/SRC/A/x", { ...rules, ignores_case: true })).toBeUndefined();
  expect(refused("/W/SRC/A/x", rules)).toBe("../../W/SRC/A/x");
});

it.each<[pattern: string, dir: string, how: string]>([
  ["dist/**", "dist/", "by-name"],
  ["dist/a/*.js", "dist/", "by-name"],
  ["x/../dist/a", "dist/", "by-name"],
  ["**/*.js", "dist/", "by-marks"],
  ["packages/*/dist/a.js", "packages/a/dist/", "by-marks"],
  ["tests/**", "tests/__pycache__/", "no"],
  ["src/*.js", "dist/", "no"],
  ["**/*.js", "../dist/", "no"],
  ["../dist/a", "../dist/", "by-name"],
  ["a", "../", "by-name"],
])("%s reaches into %s: %s", (one, dir, how) => expect(reaches(one, dir)).toBe(how));

it("takes detours out of a path", () => {
  expect(fromDirectory("/w", "src/../x")).toBe("x");
  expect(fromDirectory("/w", "/w/src/../../y")).toBe("../y");
});

it("the hook judges as the look afterwards does, by where a file really is", async () => {
  const dir = directory();
  mkdirSync(join(dir, "src"));
  mkdirSync(join(dir, "secret"));
  symlinkSync("../secret", join(dir, "src", "link"));
  const rules = join(dir, "rules.json");
  writeFileSync(rules, JSON.stringify({ cwd: dir, allow: ["src/**"], deny: [], ignores_case: true }));
  const asks = async (file_path: string) => {
    const stdin = JSON.stringify({ tool_input: { file_path } });
    return (await call(["scope-hook", rules], { env: { HOME: dir }, cwd: dir, stdin })).code;
  };
  const written = ["src/a", "src/new/deep/a", "SRC/A", join(dir, "src/../x"), "src/link/key", "src/../secret/new"];
  const refused = written.map((path) => !["src/a", "src/new/deep/a", "SRC/A"].includes(path));
  expect(await Promise.all(written.map(asks))).toEqual(refused.map((is) => (is ? 2 : 0)));
});

it("finds the settings that switch off claude's hooks, of which the strongest counts", () => {
  const dir = directory();
  const set = (path: string, value: unknown): void => {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), JSON.stringify(value));
  };
  const off = (): string | undefined => guardOff(claude, { HOME: dir }, join(dir, "project"));
  expect(off()).toBeUndefined();
  set(".claude/settings.json", { disableAllHooks: true, model: "opus" });
  expect(off()).toBe(join(dir, ".claude/settings.json"));
  set("project/.claude/settings.json", { disableAllHooks: false });
  expect(off()).toBeUndefined();
  set("project/.claude/settings.local.json", { disableAllHooks: true });
  expect(off()).toBe(join(dir, "project/.claude/settings.local.json"));
  writeFileSync(join(dir, "project/.claude/settings.local.json"), "{ torn");
  expect(off()).toBeUndefined();
  expect(guardOff(codex, { HOME: dir }, dir)).toBeUndefined();
});
