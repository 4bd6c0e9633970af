/** JSON whose digits survive, bounded in depth, and the encodings of given files. */
import { performance } from "node:perf_hooks";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { decodeText } from "../src/encoding.ts";
import { asDouble, exactDigits, exactJson, exactNumber, parseExact } from "../src/exact-json.ts";
import { tooDeepAt } from "../src/json.ts";

const back = (json: string): string => exactJson(parseExact(json));

test("writes numbers back digit for digit, wherever they are", () => {
  const json =
    '{"a":1.10,"big":9007199254740993,"far":[1e400,-0,1E5,0.30,-1546130668394913822],"plain":[1,0.5,-3],"in":{"x":[[2.0]]}}';
  expect(back(json)).toBe(json);
  expect(parseExact('{"plain":[1,0.5,-3]}')).toEqual({ plain: [1, 0.5, -3] });
});

test("what only looks like such a number inside of a text stays a text", () => {
  const json = JSON.stringify({ text: 'see [1.10], {"n": 9007199254740993} and \\"1.50"', n: 1 });
  expect(back(json)).toBe(json);
  expect(parseExact(json)).toEqual(JSON.parse(json));
});

test("halves of surrogate pairs become U+FFFD, in keys too, and none is taken for a number", () => {
  expect(back(String.raw`{"a\ud800":"x \ud83d y","n":"\udfff5","pair":"\ud83d\ude00"}`)).toBe(
    '{"a\ufffd":"x \ufffd y","n":"\ufffd5","pair":"😀"}',
  );
});

test("any JSON comes back as it was, with any numbers in it", () => {
  const digits = fc
    .tuple(fc.bigInt(), fc.option(fc.nat()), fc.option(fc.integer({ min: -400, max: 400 })))
    .map(([whole, part, power]) => `${whole}${part === null ? "" : `.${part}`}${power === null ? "" : `e${power}`}`);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.array(digits, { maxLength: 4 }), (value, numbers) => {
      const json = `{"value":${JSON.stringify(value)},"numbers":[${numbers.join(",")}]}`;
      const wellFormed = exactJson(parseExact(json));
      if (json.isWellFormed() && !/\\ud/i.test(json)) expect(wellFormed).toBe(json);
      expect(back(wellFormed)).toBe(wellFormed);
      expect(wellFormed).toContain(`"numbers":[${numbers.join(",")}]`);
    }),
  );
});

test("what is not JSON, or is nested too deeply, is refused", () => {
  for (const json of ["", "{", '{"a":01.10}', '{"a":1.10,}', "nope"])
    expect(() => parseExact(json)).toThrow(SyntaxError);
  const deep = `${"[".repeat(65)}${"]".repeat(65)}`;
  expect(() => parseExact(deep)).toThrow("nested deeper than 64 levels");
  expect(tooDeepAt(deep)).toBe(64);
  expect(tooDeepAt(JSON.stringify("[".repeat(1000)))).toBeUndefined();
  expect(() => parseExact("[".repeat(1_000_000))).toThrow(SyntaxError);
});

test("reads as one number for calculations", () => {
  expect([exactNumber("12"), asDouble(exactNumber("1.10")), asDouble("text"), exactDigits("12")]).toEqual([
    12,
    1.1,
    "text",
    undefined,
  ]);
  expect(exactDigits(exactNumber("1.10"))).toBe("1.10");
});

test("an ordinary line costs little more than JSON.parse", () => {
  const times = { title: "2026-01-01T00:00:00.123Z", status: "2026-01-01T00:00:00.123Z" };
  const line = JSON.stringify({
    id: "tt-abc",
    title: "Do the thing, and more",
    description: "Lorem ipsum, dolor: sit amet. ".repeat(20),
    priority: 2,
    metadata: { cwd: "/tmp/x", fleet: { attempts: 2, at: times } },
    dependencies: [{ issue_id: "a", depends_on_id: "b", type: "blocks", metadata: "{}" }],
  });
  const timed = (parse: (json: string) => unknown): number => {
    const started = performance.now();
    for (let n = 0; n < 5_000; n++) parse(line);
    return performance.now() - started;
  };
  const rounds = Array.from({ length: 9 }, () => timed(parseExact) / timed(JSON.parse));
  expect(Math.min(...rounds)).toBeLessThan(1.8);
});

test("files of people: UTF-8 and UTF-16 with or without a mark; what is neither is named", () => {
  const text = "## Übung 😀\r\n";
  const little = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, "utf16le")]);
  const big = Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(text, "utf16le").swap16()]);
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), little, big])
    expect(decodeText(bytes)).toEqual({ text });
  expect(decodeText(Buffer.from(text, "utf16le"))).toMatchObject({ why: expect.stringContaining("UTF-16 without") });
  expect(decodeText(Buffer.from("a\nb\n\xfcx\n", "latin1"))).toMatchObject({
    why: expect.stringContaining("line 3 is not UTF-8"),
  });
  expect(decodeText(Buffer.of(0xff, 0xfe, 0, 0, 65, 0, 0, 0))).toMatchObject({
    why: expect.stringContaining("UTF-32"),
  });
  expect(decodeText(Buffer.of(0xff, 0xfe, 65))).toMatchObject({ why: expect.stringContaining("cut off") });
});
