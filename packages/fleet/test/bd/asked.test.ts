/** What was asked for and not done shows: in the exit status, in what programs read, and in what a list leaves out. */
import { withRecord } from "@fleet/store/fleet-record";
import { Store } from "@fleet/store/store";
import { expect, test } from "vitest";

import { acting } from "../../../store/test/support.ts";
import { initialized, type World } from "./world.ts";

/** tt-b waits for tt-a. */
async function three(): Promise<World> {
  const world = await initialized();
  for (const id of ["tt-a", "tt-b", "tt-c"]) await world.bd(["create", `issue ${id}`, "--id", id]);
  await world.bd(["dep", "add", "tt-b", "tt-a"]);
  return world;
}

const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");

test.each([
  ["close", ["close", "tt-c", "tt-b"], "tt-b", [{ id: "tt-c", status: "closed" }]],
  ["update", ["update", "tt-c", "tt-none", "-p", "0"], "tt-none", [{ id: "tt-c", priority: 0 }]],
  ["update --claim", ["update", "tt-c", "tt-a", "--claim"], "tt-a", [{ id: "tt-c" }]],
  ["show", ["show", "tt-c", "tt-none"], "tt-none", [{ id: "tt-c" }]],
  ["reopen", ["reopen", "tt-done", "tt-none"], "tt-none", [{ id: "tt-done", status: "open" }]],
  ["label add", ["label", "add", "tt-c", "tt-none", "x"], "tt-none", [{ issue_id: "tt-c" }]],
  ["label remove", ["label", "remove", "tt-c", "tt-none", "x"], "tt-none", [{ issue_id: "tt-c" }]],
  ["dep list", ["dep", "list", "tt-b", "tt-none"], "tt-none", [{ issue_id: "tt-b" }]],
  ["todo done", ["todo", "done", "tt-c", "tt-b"], "tt-b", [{ id: "tt-c" }]],
  ["dep add --file", ["dep", "add", "--file", "edges.jsonl"], "tt-none", { dependencies: [{ issue_id: "tt-c" }] }],
])("%s of two, one of which can't be done, does the other, names the one and exits with 1", async (...row) => {
  const [, argv, failed, done] = row;
  using world = await three();
  await world.bd(["update", "tt-a", "--assignee", "bob"]);
  await world.bd(["create", "done", "--id", "tt-done"]);
  await world.bd(["close", "tt-done"]);
  world.file("edges.jsonl", '{"from":"tt-none","to":"tt-a"}\n{"from":"tt-c","to":"tt-a"}\n');
  const { exit, stdout, stderr } = await world.bd([...argv, "--json"]);
  expect(exit).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject(done);
  expect(lastLine(stderr)).toMatchObject({ errors: [{ id: failed, error: expect.any(String) }], schema_version: 1 });
  // In words for a person it is one line each.
  const text = await world.bd(argv);
  expect(text.exit).toBe(1);
  expect(text.stderr).toContain(failed);
  expect(text.stderr).not.toContain("{");
});

test("what waits to land is refused with what lands it; closed by force, where its work is", async () => {
  using world = await three();
  const store = new Store(world.fleetHome);
  const issue = store.snapshot().liveIssue("tt-c");
  if (issue === undefined) throw new Error("no tt-c");
  const attempt = { n: 1, uuid: "u" };
  const landing = { attempt, at: "2026-01-01T00:00:00Z", reason: "done" };
  const accepted = { attempt, head: "a".repeat(40) };
  const waits = withRecord({ ...issue, status: "in_progress" }, { landing, accepted });
  const change = { kind: "commit", event: "release", subject: "x", issues: [waits], result: undefined } as const;
  await store.transact(acting(), () => change);
  for (const argv of [
    ["close", "tt-c"],
    ["update", "tt-c", "--status", "closed"],
  ]) {
    const { exit, stderr } = await world.bd(argv);
    expect(exit).toBe(1);
    expect(stderr).toContain("closes once that has landed (bd close tt-c --force closes it without)");
    expect(stderr).toContain("fleet land tt-c");
  }
  const { exit, stdout } = await world.bd(["close", "tt-c", "--force"]);
  expect(exit).toBe(0);
  expect(stdout).toContain("Its work is kept, and has not landed: fleet land tt-c");
});

test("having nothing to do is not a failure", async () => {
  using world = await three();
  for (const argv of [
    ["reopen", "tt-a"],
    ["undefer", "tt-a"],
    ["label", "remove", "tt-a", "x"],
    ["dep", "remove", "tt-a", "tt-c"],
    ["update", "tt-a"],
    ["close", "tt-c"],
    ["close", "tt-c"],
  ])
    expect({ argv, ...(await world.bd(argv)) }).toMatchObject({ argv, exit: 0 });
});

test.each([
  [["list", "--status", "opne"], /invalid status "opne" \(valid: open, in_progress, /],
  [["list", "--type", "tsak"], /invalid issue type "tsak" \(valid: bug, feature, task, /],
  [["list", "--exclude-type", "tsak"], /invalid issue type "tsak"/],
  [["list", "--priority", "9"], /invalid priority "9"/],
  [["list", "--sort", "size"], /invalid sort field "size" \(valid: priority, /],
  [["ready", "--type", "tsak"], /invalid issue type "tsak"/],
  [["ready", "--priority", "9"], /invalid priority "9" \(expected 0-4/],
  [["ready", "--sort", "size"], /invalid sort policy 'size'. Valid values: hybrid/],
  [["search", "x", "--status", "opne"], /invalid status "opne"/],
  [["search", "x", "--type", "tsak"], /invalid issue type "tsak"/],
  [["count", "--status", "opne"], /invalid status "opne"/],
  [["count", "--type", "tsak"], /invalid issue type "tsak"/],
  [["stale", "--status", "opne"], /invalid status 'opne'. Valid values: open/],
  [["find-duplicates", "--status", "opne"], /invalid status "opne"/],
  [["lint", "--status", "opne"], /invalid status "opne"/],
  [["lint", "--type", "tsak"], /invalid issue type "tsak"/],
  [["dep", "list", "tt-a", "--type", "blcoks"], /invalid dependency type "blcoks" \(valid: blocks, /],
  [["dep", "tree", "tt-a", "--status", "opne"], /invalid status "opne"/],
  [["dep", "tree", "tt-a", "--format", "dot"], /invalid --format "dot" \(valid: mermaid, json\)/],
  [["list", "--id", "tt-a,tt-none"], /no issue found matching "tt-none"/],
  [["query", "status=opne"], /invalid status "opne" \(valid: open/],
  [["query", "NOT type!=tsak"], /invalid issue type "tsak" \(valid: bug/],
  [["query", "priority>9"], /invalid priority "9" \(expected 0-4/],
  [["query", "pinned=maybe"], /invalid pinned "maybe" \(valid: true, false\)/],
  [["query", "created>soon"], /invalid date "soon"/],
])("%j is refused with the values that are known", async (argv, words) => {
  using world = await three();
  for (const flags of [[], ["--json"]]) {
    const { exit, stdout, stderr } = await world.bd([...argv, ...flags]);
    expect(exit).toBe(1);
    expect(stderr + stdout).toMatch(flags.length === 0 ? words : /"error": "/);
  }
});

test.each([
  [["list", "-n", "2"], /Shown: 2 issues/],
  [["list", "-n", "2", "--flat"], /./],
  [["ready", "-n", "1"], /Ready: 2 issues/],
  [["search", "issue", "-n", "2"], /Found 3 issues/],
  [["query", "status=open", "-n", "2"], /Found 3 issues/],
  [["stale", "--days", "1", "-n", "2"], /\(3 not updated/],
  [["find-duplicates", "--threshold", "0", "-n", "1"], /Found 3 potential/],
])("%j is cut, says so on stderr, and gives no cap for a total", async (argv, words) => {
  using world = await three();
  const later = { now: Date.now() + 3 * 24 * 3_600_000 };
  for (const flags of [[], ["--json"]]) {
    const { exit, stdout, stderr } = await world.bd([...argv, ...flags], later);
    expect(exit).toBe(0);
    expect(stderr).toMatch(/^Showing \d (of \d|issues; more)/);
    if (flags.length === 0) expect(stdout).toMatch(words);
  }
});

test("a parent or an id that is not there is a typing error, and no empty list", async () => {
  using world = await three();
  await world.bd(["delete", "tt-c", "--force"]);
  for (const args of [["ready", "--parent"], ["list", "--parent"], ["blocked", "--parent"], ["children"]]) {
    for (const [id, said] of [
      ["tt-none", 'no issue found matching "tt-none"'],
      ["tt-c", "tt-c was deleted at"],
    ] as const) {
      const { exit, stdout, stderr } = await world.bd([...args, id]);
      expect([args, exit, stdout + stderr]).toEqual([args, 1, expect.stringContaining(said)]);
    }
    expect(await world.bd([...args, "tt-a"])).toMatchObject({ exit: 0 });
  }
  expect(await world.bd(["history", "tt-none"])).toMatchObject({ exit: 1 });
  expect(await world.bd(["history", "tt-c"])).toMatchObject({ exit: 0 });
});
