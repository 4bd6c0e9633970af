/** Digits, characters and keys come out as they came in, whichever way; what a file says never takes back what was done since. */
import { describe, expect, test } from "vitest";

import { initialized, type World } from "./world.ts";

const CREATED = "2026-01-01T00:00:00Z";
const row = (fields: string): string =>
  `{"id":"tt-a","title":"T","status":"open","priority":2,"issue_type":"task","created_at":"${CREATED}","updated_at":"${CREATED}"${fields}}\n`;
const exported = async (world: World, ...flags: string[]): Promise<string> =>
  (await world.bd(["export", ...flags])).stdout;

describe("digits", () => {
  const DIGITS = '{"n":1546130668394913822,"o":9007199254740993,"e":1e400,"price":1.10,"list":[-0,2.50]}';

  test("--metadata keeps them, for show, export and a comment after it", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a", "--metadata", DIGITS]);
    await world.bd(["comment", "tt-a", "hi"]);
    for (const text of [(await world.bd(["show", "tt-a", "--json"])).stdout, await exported(world)])
      for (const digits of ["1546130668394913822", "9007199254740993", "1e400", "1.10", "-0", "2.50"])
        expect(text.replaceAll(/\s/g, "")).toMatch(new RegExp(`[:,[]${digits.replaceAll(".", "\\.")}[,}\\]]`));
  });

  test("--set-metadata keeps the last digit of 1.10, and a filter finds it by it", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"]);
    await world.bd(["update", "tt-a", "--set-metadata", "v=1.10", "--set-metadata", "n=3"]);
    expect(await exported(world)).toContain('"metadata":{"v":1.10,"n":3}');
    expect(await world.json(["list", "--metadata-field", "v=1.10"])).toHaveLength(1);
    expect(await world.json(["list", "--metadata-field", "v=1.1"])).toHaveLength(0);
  });

  test("an import and an export keep them in fields that are not known, twice over", async () => {
    using world = await initialized();
    const line = row(`,"metadata":${DIGITS},"cost":1.10,"size":18446744073709551616`);
    await world.bd(["import", "-"], { stdin: line });
    const out = await exported(world);
    for (const text of ['"cost":1.10', '"size":18446744073709551616', `"metadata":${DIGITS}`])
      expect(out).toContain(text);
    expect(await world.json(["import", "-"], { stdin: out })).toMatchObject({ created: 0, skipped: 1 });
    expect(await exported(world)).toBe(out);
  });

  test("a limit that was written with a zero at its end is that limit", async () => {
    using world = await initialized();
    await world.bd(["import", "-", "--trust"], { stdin: row(`,"metadata":{"limits":{"usd":1.50}}`) });
    const { readLimits } = await import("../../src/settings/limits/read.ts");
    const { parseExact } = await import("@fleet/kit/exact-json");
    expect(readLimits(parseExact('{"usd":1.50}'))).toMatchObject({ ok: true, limits: { usd: 1.5 } });
    expect(await exported(world)).toContain('"usd":1.50');
  });
});

test("halves of surrogate pairs leave every answer valid: words, files, imports", async () => {
  using world = await initialized();
  await world.bd(["create", "lone \ud83d", "--id", "tt-b", "-d", "\udfff5"]);
  await world.bd(["comment", "tt-b", "half \ud83d"]);
  await world.bd(["import", "-"], { stdin: row(String.raw`,"notes":"x \ud83d y","metadata":{"\ud800":"\udc00"}`) });
  for (const text of [await exported(world), (await world.bd(["list", "--json"])).stdout]) {
    expect(text).not.toMatch(/\\ud[89a-f]/i);
    expect(text).toContain("\ufffd");
  }
});

test("a line nested deeper than 64 levels is named, and the others are imported", async () => {
  using world = await initialized();
  const deep = row(`,"metadata":{"x":${"[".repeat(2_000)}${"]".repeat(2_000)}}`).replace("tt-a", "tt-b");
  const { exit, stderr } = await world.bd(["import", "-"], { stdin: deep + row("") });
  expect({ exit, stderr }).toMatchObject({
    exit: 1,
    stderr: expect.stringMatching(/line 1: .*nested deeper than 64 levels/),
  });
  expect(await world.json(["list"])).toMatchObject([{ id: "tt-a" }]);
  const given = await world.bd(["update", "tt-a", "--metadata", `{"x":${"[".repeat(2_000)}${"]".repeat(2_000)}}`]);
  expect(given).toMatchObject({ exit: 1, stderr: expect.stringContaining("nested deeper than 64 levels") });
});

test("a line with a field of more than 1 MiB is named with its size, and the others are imported", async () => {
  using world = await initialized();
  const large = row(`,"description":"${"x".repeat(2 ** 20 + 1)}"`).replace("tt-a", "tt-b");
  const { stderr } = await world.bd(["import", "-"], { stdin: large + row("") });
  expect(stderr).toMatch(/line 1: .*description is too large: 1\.0 MB/);
  expect(await world.json(["list"])).toMatchObject([{ id: "tt-a" }]);
});

test("keys of edges, comments and memories that are not known survive an import and an export", async () => {
  using world = await initialized();
  const edge = `{"issue_id":"tt-a","depends_on_id":"tt-z","type":"blocks","created_at":"${CREATED}","created_by":"x","metadata":"{}","thread_id":"t","weight":1.10}`;
  const comment = `{"id":"c1","issue_id":"tt-a","author":"x","text":"hi","created_at":"${CREATED}","mood":{"a":null},"pinned":false}`;
  const line = row(`,"empty":"","nothing":null,"dependencies":[${edge}],"comments":[${comment}]`);
  const memory = `{"_type":"memory","key":"k","value":"v","topic":"x"}\n`;
  await world.bd(["import", "-"], { stdin: line + memory });
  const out = await exported(world, "--all");
  for (const text of [edge, comment, '"empty":"","nothing":null', memory.trim()]) expect(out).toContain(text);
  expect(await exported(world, "--format", "br")).toContain('"weight":1.10');
});

describe("in one second", () => {
  const now = Date.parse("2026-03-01T12:00:00.100Z");

  test("an export that is imported again reopens nothing, and brings no label, edge or text back", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a", "-l", "x", "-d", "old"], { now });
    await world.bd(["create", "B", "--id", "tt-b", "--deps", "tt-a"], { now });
    const out = await exported(world);
    await world.bd(["update", "tt-a", "--remove-label", "x", "-d", "new"], { now: now + 100 });
    await world.bd(["dep", "remove", "tt-b", "tt-a"], { now: now + 200 });
    await world.bd(["close", "tt-a"], { now: now + 300 });
    const after = await exported(world);
    expect(await world.json(["import", "-"], { stdin: out, now: now + 400 })).toMatchObject({ created: 0 });
    expect(await exported(world)).toBe(after);
  });

  test("of two files of one second the one that says closed counts, in whichever order they come", async () => {
    const open = row("");
    const closed = row(`,"closed_at":"${CREATED}"`).replace('"open"', '"closed"');
    for (const files of [
      [open, closed],
      [closed, open],
      [open, closed, open],
    ]) {
      using world = await initialized();
      for (const stdin of files) await world.bd(["import", "-"], { stdin });
      expect(await world.json(["list", "--all"])).toMatchObject([{ status: "closed" }]);
    }
  });
});

describe("memories", () => {
  test("carry their time out and in, and an older export changes nothing", async () => {
    using world = await initialized();
    using other = await initialized();
    const now = Date.parse("2026-03-01T12:00:00.100Z");
    await world.bd(["remember", "first", "--key", "k"], { now });
    const old = await exported(world, "--all");
    expect(old).toContain('"updated_at":"2026-03-01T12:00:00.100Z"');
    await other.bd(["import", "-"], { stdin: old });
    expect(await exported(other, "--all")).toBe(old);
    await world.bd(["remember", "second", "--key", "k"], { now: now + 1 });
    await world.bd(["import", "-"], { stdin: old });
    expect(await world.json(["recall", "k"])).toMatchObject({ value: "second" });
    await other.bd(["import", "-"], { stdin: await exported(world, "--all") });
    expect(await other.json(["recall", "k"])).toMatchObject({ value: "second" });
  });

  test("that were forgotten stay forgotten when an older export is imported, with times and without", async () => {
    using world = await initialized();
    await world.bd(["remember", "text", "--key", "k"]);
    const old = await exported(world, "--all");
    await world.bd(["forget", "k"]);
    for (const stdin of [old, '{"_type":"memory","key":"k","value":"text"}\n']) {
      expect((await world.bd(["import", "-"], { stdin })).stderr).toContain("Imported 0 issues from stdin\n");
      expect(await world.json(["memories"])).not.toHaveProperty("k");
    }
    await world.bd(["remember", "text", "--key", "k"]);
    expect(await world.json(["recall", "k"])).toMatchObject({ value: "text" });
  });
});
