/** Lines, shards, memories: what is understood, what is kept, and where it stands. */
import { expect, test } from "vitest";

import { decodeIssue, encodeIssue } from "../src/issue.ts";
import { columnOf } from "../src/json-column.ts";
import { encodeMemories, parseMemories, slug } from "../src/memories.ts";
import { parseShard, shardOf, withIssues } from "../src/shard.ts";
import { isHolding, isKnownEdgeType, knownStatus, statusIcon, STATUSES } from "../src/status.ts";
import { issueOf } from "./support.ts";

const decoded = (line: string): ReturnType<typeof issueOf> => {
  const result = decodeIssue(line);
  if ("bad" in result) throw new Error(result.bad.reason);
  return result.issue;
};

test("a line of bd and a line of br come back with everything they had, in beads' order", () => {
  const bd =
    '{"id":"tt-b","title":"B","description":"see tt-a","status":"open","priority":2,"issue_type":"task","owner":"test@example.com","created_at":"2026-11-21T11:11:03Z","created_by":"Test User","updated_at":"2026-11-21T11:11:04Z","metadata":{"k":"v"},"labels":["x","y"],"dependencies":[{"issue_id":"tt-b","depends_on_id":"tt-a","type":"blocks","created_at":"2026-11-21T11:11:04Z","created_by":"Test User","metadata":"{}","thread_id":""}],"comments":[{"id":7,"issue_id":"tt-b","author":"Test User","text":"cm1","created_at":"2026-11-21T11:11:04Z","extra":[1]}]}';
  expect(encodeIssue(decoded(bd))).toBe(bd);
  const br =
    '{"id":"br-1","title":"T","status":"closed","priority":0,"issue_type":"anything","created_at":"2026-01-01T00:00:00.123456789Z","updated_at":"2026-01-01T00:00:00.123456789Z","source_repo":".","compaction_level":0,"original_size":0,"new_field":{"deep":[null,{"a":1}]},"_type":"issue"}';
  expect(encodeIssue(decoded(br))).toBe(br);
});

test("unknown fields follow the known ones in the order in which they stood; empty ones are left out", () => {
  const line =
    '{"zzz":1,"updated_at":"2026-01-01T00:00:00Z","aaa":null,"created_at":"2026-01-01T00:00:00Z","notes":"","labels":[],"title":"t","pinned":false,"id":"x-1"}';
  expect(encodeIssue(decoded(line))).toBe(
    '{"id":"x-1","title":"t","status":"open","priority":0,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","zzz":1,"aaa":null}',
  );
});

test.each([
  ["", 1],
  ["{", 2],
  ['{"id":"tt-1"', 13],
  ['{"id":tt-1}', 7],
  ['{"id":"a" "b":1}', 11],
  ["[1,2,]", 6],
  ['{"a":"x\ty"}', 6],
  ["<<<<<<< HEAD", 1],
  ['{"a":[1,{"b":2]}', 15],
  ['{"a":1}}', 8],
  ['{"a":01}', 7],
])("%s stops being JSON in column %i", (text, column) => {
  expect(() => JSON.parse(text) as unknown).toThrow();
  expect(columnOf(text)).toBe(column);
});

test.each([
  ['{"id":"a/../b","title":"t","created_at":"x","updated_at":"x"}', /id/],
  ['{"id":".","title":"t","created_at":"x","updated_at":"x"}', /id/],
  ['{"id":"-rf","title":"t","created_at":"x","updated_at":"x"}', /id/],
  ['{"id":"a","created_at":"x","updated_at":"x"}', /title/],
  ['{"id":"a","title":"t","priority":"high","created_at":"x","updated_at":"x"}', /priority/],
  ["null", /expected object/],
  ["[]", /expected object/],
])("%s is not an issue: %s", (line, reason) => {
  expect(decodeIssue(line)).toMatchObject({ bad: { reason: expect.stringMatching(reason) } });
});

const name = shardOf("tt-a");
const line = (id: string): string => encodeIssue(issueOf(id));

test("a home's own words are kept as they are, and are not known ones", () => {
  const line =
    '{"id":"x-1","title":"t","status":"in review","priority":0,"issue_type":"customer request","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","dependencies":[{"issue_id":"x-1","depends_on_id":"x-2","type":"inspired by"}]}';
  const { status, dependencies = [] } = decoded(line);
  expect(encodeIssue(decoded(line))).toBe(line);
  expect([knownStatus(status), statusIcon(status)]).toEqual([undefined, "◆"]);
  expect(dependencies.map(({ type }) => [isKnownEdgeType(type), isHolding(type)])).toEqual([[false, false]]);
  expect([...STATUSES, "tombstone" as const].map(knownStatus)).toEqual([...STATUSES, "tombstone"]);
});

test("what can't be decoded is named by file, line, column and id, and stays in its place byte for byte", () => {
  const torn = '{"id":"tt-a.2","title":"torn';
  const latin = Buffer.from('{"id":"tt-a.3","title":"caf\xe9"}', "latin1");
  const odd = [torn, "<<<<<<< HEAD", "  \t{ }", line("tt-a"), '{"id":"tt-elsewhere"}\r'].map((text) =>
    Buffer.from(text),
  );
  const content = Buffer.concat([Buffer.from(line("tt-a")), ...[...odd, latin].flatMap((raw) => [Buffer.of(10), raw])]);
  const shard = parseShard(name, content);
  const at = (n: number): object => ({ file: `issues/${name}.jsonl`, line: n });
  expect(shard.problems).toEqual([
    expect.objectContaining({ ...at(2), column: 24, id: "tt-a.2" }),
    expect.objectContaining({ ...at(3), column: 1, id: undefined }),
    expect.objectContaining({ ...at(4), column: undefined }),
    expect.objectContaining({ ...at(5), reason: "a second line for tt-a (ids are unique ignoring case)", id: "tt-a" }),
    expect.objectContaining({ ...at(6), id: "tt-elsewhere" }),
    expect.objectContaining({ ...at(7), column: 28, reason: "is not UTF-8", id: "tt-a.3" }),
  ]);
  const { bytes } = withIssues(shard, [issueOf("tt-a", { title: "new" }), issueOf("tt-a.1")]);
  expect(bytes.toString("latin1").split("\n")).toEqual([
    encodeIssue(issueOf("tt-a", { title: "new" })),
    ...[...odd, latin].map((raw) => raw.toString("latin1")),
    encodeIssue(issueOf("tt-a.1")),
    "",
  ]);
});

test("lines are sorted by id, and others are not touched", () => {
  const kept = `${line("tt-a")}   `;
  const shard = parseShard(name, `${kept}\n${line("tt-a.3")}\n`);
  const { bytes, shard: after } = withIssues(shard, [issueOf("tt-a.2")]);
  expect(bytes.toString()).toBe(`${kept}\n${line("tt-a.2")}\n${line("tt-a.3")}\n`);
  expect([...parseShard(name, bytes).byId.keys()]).toEqual(["tt-a", "tt-a.2", "tt-a.3"]);
  expect(after.byId.size).toBe(3);
});

test("an issue in a shard that is not its own is a problem, not an issue", () => {
  const shard = parseShard("zz", line("tt-a"));
  expect(shard.byId.size).toBe(0);
  expect(shard.problems[0]?.reason).toContain(`tt-a belongs in issues/${name}.jsonl`);
});

test("memories keep what they don't know: fields, broken lines, second lines", () => {
  const text =
    '{"_type":"memory","key":"b","value":"1","at":"now"}\nbroken\n{"_type":"memory","key":"a","value":"2"}\n{"_type":"memory","key":"b","value":"old"}\n';
  const memories = parseMemories(text);
  expect([...memories.values]).toEqual([
    ["b", "1"],
    ["a", "2"],
  ]);
  const written = encodeMemories(memories);
  expect(written.split("\n").sort()).toEqual(text.split("\n").sort());
  expect(parseMemories(written).values).toEqual(memories.values);
});

test.each([
  ["Always use pnpm!", "always-use-pnpm"],
  ["one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"],
  [`${"x".repeat(59)} yy`, "x".repeat(59)],
  ["…", ""],
])("the key of %s is %s", (text, key) => {
  expect(slug(text)).toBe(key);
});
