/** Ids as beads makes them (as beads 1.0.5), and what an argument means. */
import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { adaptiveLength, hashPart, ID_SHAPE, newId } from "../src/ids.ts";
import { resolveId } from "../src/ops/find.ts";
import { sha256 } from "../src/sha256.ts";
import { rootId, SHARD_NAMES, shardOf } from "../src/shard.ts";
import { inMemory, issueOf } from "./support.ts";

const seed = {
  title: "Fix login",
  description: "Details",
  creator: "jira-import",
  createdNanos: BigInt(Date.parse("2024-01-02T03:04:05.006Z")) * 1_000_000n,
};

test.each([
  [3, "vju"],
  [4, "8d8e"],
  [5, "bi3tk"],
  [6, "8bi3tk"],
  [7, "r5sr6bm"],
  [8, "8r5sr6bm"],
])("the known vector at length %i is %s", (length, expected) => {
  expect(hashPart(seed, 0, length)).toBe(expected);
});

test.each([
  [0, 3],
  [163, 3],
  [164, 4],
  [983, 4],
  [984, 5],
  [5898, 5],
  [5899, 6],
  [35389, 6],
  [35390, 7],
  [10_000_000, 8],
])("%i issues want ids of length %i", (count, length) => {
  expect(adaptiveLength(count)).toBe(length);
});

test("a taken id gets another nonce, and after ten of them another length", () => {
  const asked: string[] = [];
  const id = newId("bd", seed, 0, (candidate) => asked.push(candidate) <= 10);
  expect(asked[0]).toBe("bd-vju");
  expect(asked.slice(0, 10).every((candidate) => candidate.length === 6)).toBe(true);
  expect(id).toHaveLength(7);
});

test.each([
  ["fleet-0a5", "fleet-0a5"],
  ["fleet-0a5.1", "fleet-0a5"],
  ["fleet-0a5.1.22", "fleet-0a5"],
  ["v1.x-abc", "v1.x-abc"],
  ["v1.x-abc.3", "v1.x-abc"],
  ["a.1.b", "a.1.b"],
  ["7", "7"],
])("the root of %s is %s, and both share a shard in any case", (id, root) => {
  expect(rootId(id)).toBe(root);
  expect(shardOf(id.toUpperCase())).toBe(shardOf(root));
  expect(SHARD_NAMES).toContain(shardOf(id));
});

test.each([
  ["bd-a3f8e9", true],
  ["bd-a3f8e9.1", true],
  ["my_proj-x-1", true],
  ["bad id", false],
  ["nodash", false],
  ["bd-", false],
  ["bd-a..b", false],
  ["-bd-a", false],
  ["bd-a/b", false],
  [`bd-${"a".repeat(300)}`, false],
])("--id %s: %s", (id, fine) => {
  expect(ID_SHAPE.test(id)).toBe(fine);
});

const snapshot = inMemory([
  issueOf("tt-a3f"),
  issueOf("tt-a3f.1"),
  issueOf("tt-b77"),
  issueOf("tt-CUSTOM1"),
  issueOf("other-xyz", { status: "closed" }),
  issueOf("tt-gone", { status: "tombstone" }),
]);

test.each([
  ["tt-a3f", "tt-a3f"],
  ["a3f", "tt-a3f"],
  ["a3f.1", "tt-a3f.1"],
  ["b7", "tt-b77"],
  ["TT-B77", "tt-b77"],
  ["custom1", "tt-CUSTOM1"],
  ["xyz", "other-xyz"],
])("%s means %s", (argument, id) => {
  expect(resolveId(snapshot, argument)).toBe(id);
});

test.each([
  ["3f", /no issue found matching "3f"/],
  ["nope", /no issue found matching "nope"/],
  ["gone", /no issue found/],
  ["", /no issue found/],
])("%s is refused", (argument, message) => {
  expect(() => resolveId(snapshot, argument)).toThrow(message);
});

test("the hash behind a shard's name is SHA-256, at every length around its blocks", () => {
  for (let length = 0; length < 260; length++) {
    const text = Buffer.from(Array.from({ length }, (_, n) => (n * 31 + length * 7) % 256));
    const words = [...sha256(text)].map((word) => (word >>> 0).toString(16).padStart(8, "0"));
    expect(words.join("")).toBe(createHash("sha256").update(text).digest("hex"));
  }
});
