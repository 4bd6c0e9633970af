/** What an import refuses, and in which words: nothing of a file is changed silently, and none of it is without bounds. */
import { closeSync, ftruncateSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { readAll } from "@fleet/kit/stdin";

import { initialized } from "./world.ts";

describe("what is refused of a file", () => {
  const line = (id: string, more = ""): string =>
    `{"id":"${id}","title":"${id}","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"${more}}\n`;
  const on = (to: string, type: string): string =>
    `,"dependencies":[{"issue_id":"tt-b","depends_on_id":"${to}","type":"${type}"}]`;

  test.each([
    ["an edge to nothing", on("", "blocks"), /line 2: .*dependencies\[0\].depends_on_id is empty/],
    ["an edge to blanks", on(" ", "waits-for"), /depends_on_id is empty/],
    ["a type in capitals", on("tt-a", "Blocks"), /type "Blocks" is not known; did you mean "blocks"\?/],
    ["a type with an underscore", on("tt-a", "parent_child"), /did you mean "parent-child"\?/],
    ["another word for a type", on("tt-a", "depends-on"), /type "depends-on" is not known; did you mean "blocks"\?/],
    ["a type with a blank", on("tt-a", "blocks "), /did you mean "blocks"\?/],
    [
      "minutes whose digits would change",
      ',"estimated_minutes":9007199254740993',
      /estimated_minutes is not a whole number/,
    ],
  ])("%s: a bad row, the others are imported", async (_name, more, said) => {
    using world = await initialized();
    const { exit, stderr } = await world.bd(["import", "-"], { stdin: line("tt-a") + line("tt-b", more) });
    expect([exit, stderr]).toEqual([1, expect.stringMatching(said)]);
    expect(await world.json(["list", "--all"])).toMatchObject([{ id: "tt-a" }]);
  });

  test("a line that is not UTF-8 is named, and what waits for it is held", async () => {
    using world = await initialized();
    const latin = Buffer.from(line("tt-l", ',"notes":"caf\u00e9"'), "latin1");
    const waits = line("tt-b", on("tt-l", "blocks"));
    for (const source of ["-", "in.jsonl"]) {
      const bytes = Buffer.concat([Buffer.from(line("tt-a")), latin, Buffer.from(waits)]);
      writeFileSync(join(world.dir, "in.jsonl"), bytes);
      const { exit, stderr } = await world.bd(["import", source, "--trust"], { stdin: bytes });
      expect([exit, stderr]).toEqual([
        1,
        expect.stringContaining("Error: line 2: failed to parse JSONL line: it is not UTF-8"),
      ]);
    }
    expect((await world.bd(["ready"])).stdout).not.toContain("tt-b");
    expect((await world.bd(["show", "tt-l"])).exit).toBe(1);
  });

  test("more than a million lines, and a file of more than 512 MB, with what helps", async () => {
    using world = await initialized();
    const { exit, stderr } = await world.bd(["import", "-"], { stdin: "\n".repeat(1_000_001) });
    expect([exit, stderr]).toEqual([
      1,
      expect.stringMatching(/1000002 lines at once; the most is 1000000\n.*split -l/),
    ]);
    expect((await world.bd(["import", "-"], { stdin: "\n".repeat(1_000_000) })).exit).toBe(0);
    // A hole: none of it is on the disk.
    const file = openSync(join(world.dir, "large.jsonl"), "w");
    ftruncateSync(file, 512 * 1024 * 1024 + 1);
    closeSync(file);
    const large = await world.bd(["import", "large.jsonl"]);
    expect([large.exit, large.stderr]).toEqual([
      1,
      expect.stringMatching(/cannot read large.jsonl: it is larger than 512 MB\n.*split -C 500m large.jsonl/),
    ]);
  });
});

test("standard input of more than 512 MB is refused as soon as it is, and no byte more is read", async () => {
  const chunk = Buffer.alloc(64 * 1024 * 1024);
  let given = 0;
  const stream = async function* (): AsyncGenerator<Buffer> {
    for (;;) {
      given++;
      yield chunk.subarray(0, given < 9 ? chunk.length : 1);
    }
  };
  await expect(readAll(stream())).rejects.toThrow("standard input is larger than 512 MB");
  expect(given).toBe(9);
});

test("a text that is not UTF-8 is taken, and said: a log is better than none", async () => {
  using world = await initialized();
  await world.bd(["create", "A", "--id", "tt-a"]);
  const stdin = Buffer.from("caf\u00e9", "latin1");
  writeFileSync(join(world.dir, "log.txt"), stdin);
  for (const args of [
    ["comment", "tt-a", "--stdin"],
    ["update", "tt-a", "--notes", "-"],
    ["update", "tt-a", "--design-file", "log.txt"],
  ]) {
    const { exit, stderr } = await world.bd(args, { stdin });
    expect([args, exit, stderr]).toEqual([
      args,
      0,
      expect.stringMatching(/^Note: (standard input|log.txt) is not UTF-8/),
    ]);
  }
});
