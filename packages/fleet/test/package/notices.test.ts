/** Whose code is in the bundle, and under which licence. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { isAllowed, noticeOf, noticesText, packageDirectory, packagesOf } from "../../../../scripts/notices.mjs";
import { FLEET } from "../support/fleet.ts";

describe("packagesOf", () => {
  const own = "/src/packages";
  const virtual = { "\0rolldown/": "/bundler" };

  it("names each package once, by the innermost node_modules", () => {
    const ids = [
      "/src/packages/fleet/src/main.ts",
      "/src/node_modules/.pnpm/zod@4.0.0/node_modules/zod/v4/core.js",
      "/src/node_modules/.pnpm/zod@4.0.0/node_modules/zod/index.js",
      "/src/node_modules/.pnpm/@a+b@1.0.0/node_modules/@a/b/dist/index.js",
      "\0/src/node_modules/which/which.js?commonjs-proxy",
      "\0rolldown/runtime.js",
    ];
    expect(packagesOf(ids, own, virtual)).toEqual([
      "/bundler",
      "/src/node_modules/.pnpm/@a+b@1.0.0/node_modules/@a/b",
      "/src/node_modules/.pnpm/zod@4.0.0/node_modules/zod",
      "/src/node_modules/which",
    ]);
  });

  it.each(["/elsewhere/lib.js", "\0helper"])("refuses %j, whose owner is unknown", (id) => {
    expect(() => packagesOf([id], own, virtual)).toThrow("it is unknown whose it is");
  });

  it("finds the package of a resolved file", () => {
    expect(packageDirectory("/x/node_modules/rolldown/dist/index.mjs")).toBe("/x/node_modules/rolldown");
    expect(packageDirectory("/x/node_modules/@a/b/dist/deep/index.mjs")).toBe("/x/node_modules/@a/b");
  });
});

it.each([
  ["MIT", true],
  ["GPL-3.0-only", false],
  ["(MIT OR GPL-3.0-only)", true],
  ["MIT AND BSD-3-Clause", true],
  ["MIT AND GPL-3.0-only", false],
  ["MIT OR (ISC AND GPL-3.0-only)", false],
  ["SEE LICENSE IN terms.txt", false],
  [undefined, false],
])("licence %j: allowed is %s", (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});

describe("noticeOf", () => {
  let dir = "";
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "fleet-notices-"))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const make = (manifest: Record<string, unknown>, files: Record<string, string> = {}): string => {
    writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "left", version: "1.0.0", ...manifest }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return dir;
  };

  it("takes the licence and the notice that the package ships", () => {
    make({ license: "Apache-2.0" }, { "LICENSE.md": "the terms\r\n", NOTICE: "the notice", "licenser.js": "code" });
    mkdirSync(join(dir, "lib"));
    expect(noticeOf(dir)).toEqual({ name: "left 1.0.0", licence: "Apache-2.0", text: "the terms\n\nthe notice" });
  });

  it("reads the licence of an old manifest", () => {
    make({ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] }, { LICENSE: "the terms" });
    expect(noticeOf(dir)).toMatchObject({ licence: "MIT OR GPL-2.0" });
  });

  it("writes the licence's own words where the package ships none", () => {
    make({ license: "ISC", author: { name: "Ann" } });
    expect(noticeOf(dir).text).toMatch(/^Copyright \(c\) Ann\n\nPermission to use, copy/);
  });

  it.each([
    [
      "an unknown licence",
      { license: "GPL-3.0-only" },
      { LICENSE: "the terms" },
      'left 1.0.0 is bundled, and its licence "GPL-3.0-only"',
    ],
    ["no licence", {}, { LICENSE: "the terms" }, "left 1.0.0 is bundled and names no licence"],
    ["no text and no author", { license: "MIT" }, {}, "left 1.0.0 is bundled and has no licence text"],
    ["no text of a long licence", { license: "Apache-2.0", author: "Ann" }, {}, "has no licence text"],
  ])("fails on %s, naming the package", (_what, manifest, files, message) => {
    make(manifest, files);
    expect(() => noticeOf(dir)).toThrow(message);
  });
});

it("packages with the same text share it", () => {
  const text = noticesText([
    { name: "b 1.0.0", licence: "MIT", text: "the terms" },
    { name: "a 2.0.0", licence: "MIT", text: "the terms" },
  ]);
  expect(text).toContain("2 packages");
  expect(text).toContain("a 2.0.0 (MIT)\nb 1.0.0 (MIT)\n\nthe terms\n");
});

it("dist/THIRD-PARTY-NOTICES names what the build bundled, the bundler's own runtime too", () => {
  const text = readFileSync(join(dirname(FLEET), "THIRD-PARTY-NOTICES"), "utf8");
  for (const name of ["yargs", "simple-git", "zod", "fast-uri", "graceful-fs", "human-signals", "rolldown"])
    expect(text).toMatch(new RegExp(String.raw`^${name} \d+\.\d+\.\d+ \(.+\)$`, "m"));
  expect(text).toContain("Apache License");
  expect(text).toContain("Blue Oak Model License");
});
