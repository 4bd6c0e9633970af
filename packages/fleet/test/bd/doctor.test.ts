/** `doctor`: each thing that can be wrong is named with its place, and what can be mended is, in one commit. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { shardOf } from "@fleet/store/shard";
import { loopText } from "@fleet/store/waits";

import { edit, git, initialized, makeWorld, type World } from "./world.ts";

interface Answer {
  readonly overall_ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly fix?: string;
  }[];
  readonly fixed?: readonly string[];
}
async function doctor(world: World, ...flags: string[]): Promise<Answer> {
  return await doctorAt(world, Date.now(), ...flags);
}
async function doctorAt(world: World, now: number, ...flags: string[]): Promise<Answer> {
  const { exit, stdout, stderr } = await world.bd(["doctor", "--json", ...flags], { now });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const answer: Answer = JSON.parse(stdout);
  return answer;
}
const wrong = ({ checks }: Answer): string[] =>
  checks.flatMap(({ name, status, message }) => (status === "ok" ? [] : [`${name}: ${message}`]));

async function queue(): Promise<World> {
  const world = await initialized();
  for (const id of ["tt-a", "tt-b", "tt-c"]) await world.bd(["create", id, "--id", id, "-d", `text of ${id}`]);
  return world;
}

describe("doctor", () => {
  test("--check, --check-health, --output", async () => {
    using world = await queue();
    expect((await world.bd(["doctor", "--check-health"])).stdout).toBe("");
    edit(world, "tt-a", (text) => `${text}\nno json`);
    expect((await world.bd(["doctor", "--check-health"])).stdout).toBe("1 problem: fleet bd doctor\n");
    const named = async (kind: string) => (await doctor(world, "--check", kind)).checks.map(({ name }) => name);
    expect(await named("line")).toEqual(["line"]);
    expect((await doctor(world, "--check", "line")).overall_ok).toBe(false);
    expect((await doctor(world, "--check=cycle", "--clean")).overall_ok).toBe(true);
    expect(await named("validate")).toContain("home");
    expect((await doctor(world, "--check", "pollution", "--migration", "pre")).overall_ok).toBe(true);
    expect(await world.bd(["doctor", "--check", "bogus"])).toMatchObject({ exit: 1 });
    expect(await world.bd(["doctor", "--check", "line", "--fix"])).toMatchObject({ exit: 1 });
    expect((await world.bd(["doctor", "-o", "found.json"])).stdout).toContain("✓ Diagnostics exported to found.json");
    const exported: unknown = JSON.parse(readFileSync(join(world.dir, "found.json"), "utf8"));
    expect({ ...(await doctor(world)), schema_version: undefined }).toEqual(exported);
  });

  test("nothing wrong", async () => {
    using world = await queue();
    expect(wrong(await doctor(world))).toEqual([]);
    expect((await world.bd(["doctor"])).stdout).toContain("No problems.");
    using none = makeWorld();
    expect(wrong(await doctor(none, "--fix"))).toEqual([expect.stringContaining("no home")]);
  });

  test("a line that can't be read gets its last readable version back, and is kept as a comment", async () => {
    using world = await queue();
    const path = edit(world, "tt-a", (text) => text.slice(0, 60));
    expect(wrong(await doctor(world))).toEqual([expect.stringMatching(new RegExp(`^line: ${path}:1:\\d+: `))]);
    const { stdout } = await world.bd(["doctor", "--fix", "--dry-run"]);
    expect(stdout).toContain("Would fix:\n  - tt-a gets its last readable version back");
    const answer = await doctor(world, "--fix");
    expect(answer).toMatchObject({ overall_ok: true, fixed: ["tt-a gets its last readable version back"] });
    expect(await world.json(["show", "tt-a"])).toMatchObject([
      {
        title: "tt-a",
        description: "text of tt-a",
        comments: [{ text: expect.stringContaining('{"id":"tt-a","title":"tt-a"') }],
      },
    ]);
    expect(git(world, ["log", "-1", "--format=%s"])).toBe("doctor: 1 fixed");
  });

  test("a line in the wrong shard, a second line, conflict marks", async () => {
    using world = await queue();
    const line = git(world, ["show", `main:issues/${shardOf("tt-b")}.jsonl`]);
    edit(world, "tt-b", () => "");
    edit(world, "tt-a", (text) => {
      const later = text
        .replace("text of tt-a", "later")
        .replace(/"updated_at":"[^"]+"/, '"updated_at":"2099-01-01T00:00:00Z"');
      return `<<<<<<< HEAD\n${text}\n=======\n${later}\n>>>>>>> other\n${line}`;
    });
    const before = git(world, ["rev-list", "--count", "main"]);
    expect(wrong(await doctor(world))).toHaveLength(5);
    expect((await world.bd(["show", "tt-b"])).exit).toBe(1);
    expect((await doctor(world, "--fix", "--yes")).overall_ok).toBe(true);
    expect(Number(git(world, ["rev-list", "--count", "main"]))).toBe(Number(before) + 1);
    expect(await world.json(["show", "tt-b"])).toMatchObject([{ description: "text of tt-b" }]);
    expect(await world.json(["show", "tt-a"])).toMatchObject([{ description: "later" }]);
  });

  test("a long cycle is one short line", () => {
    const ids = Array.from({ length: 30 }, (_, n) => `tt-${n}`);
    expect(loopText({ ids, edges: [] })).toBe(`${ids.slice(0, 6).join(" → ")} → … 23 more … → tt-29 → tt-0`);
    expect(loopText({ ids: ids.slice(0, 8), edges: [] })).toBe(`${ids.slice(0, 8).join(" → ")} → tt-0`);
  });

  test("edges to nothing, cycles, claims without an assignee", async () => {
    using world = await queue();
    const edge = (from: string, to: string, at: number): string =>
      JSON.stringify({
        issue_id: from,
        depends_on_id: to,
        type: "blocks",
        created_at: `2026-01-0${at}T00:00:00Z`,
        metadata: "{}",
      });
    const withEdges =
      (...edges: string[]) =>
      (text: string): string =>
        text.replace(/\}$/, `,"dependencies":[${edges.join(",")}]}`);
    edit(world, "tt-a", withEdges(edge("tt-a", "tt-b", 1), edge("tt-a", "tt-none", 1)));
    edit(world, "tt-b", withEdges(edge("tt-b", "tt-a", 2)));
    edit(world, "tt-c", (text) => text.replace('"status":"open"', '"status":"in_progress"'));
    expect(wrong(await doctor(world)).sort()).toEqual([
      "claim: tt-c is in progress, but has no assignee",
      expect.stringMatching(/^cycle: these wait for each other: tt-[ab] → tt-[ab] → tt-[ab]$/),
      "edge: tt-a depends on tt-none (blocks), which is not there; it is held until that issue arrives",
    ]);
    expect(await world.json(["ready"])).toEqual([]);
    expect((await doctor(world, "--fix")).fixed).toHaveLength(3);
    expect(await world.json(["show", "tt-b"])).toMatchObject([
      { dependencies: [{ id: "tt-a", dependency_type: "related" }] },
    ]);
    expect(await world.json(["ready", "--sort", "oldest"])).toMatchObject([{ id: "tt-b" }, { id: "tt-c" }]);
    expect(wrong(await doctor(world))).toEqual([]);
  });

  test("a branch that was moved back, an object that is gone, bad settings; at a loss it says so", async () => {
    using world = await queue();
    const tip = git(world, ["rev-parse", "main"]);
    git(world, ["update-ref", "refs/heads/main", "main~1"]);
    const moved = await doctor(world);
    expect(wrong(moved)).toEqual([expect.stringContaining("branch: the branch was moved back")]);
    expect(moved.checks.find(({ name }) => name === "branch")?.fix).toContain(`update-ref refs/heads/main ${tip}`);
    git(world, ["update-ref", "refs/heads/main", tip]);
    writeFileSync(join(world.fleetHome, "config.yaml"), "max_concurent: 3\n");
    edit(world, "tt-a", (text) => `${text}\nnonsense`);
    const said = wrong(await doctor(world, "--fix"));
    expect(said).toEqual([
      expect.stringMatching(/^line: .*:2:1: /),
      expect.stringContaining("unknown setting max_concurent"),
    ]);
  });

  test("claims: an attempt without living processes, a person that was long quiet", async () => {
    using world = await queue();
    const later = Date.now() + 20 * 86_400_000;
    await world.bd(["update", "tt-a", "--claim"]);
    await world.bd(["update", "tt-b", "--claim"], { now: later });
    const hold = (fleet: object): string =>
      edit(world, "tt-c", (text) => {
        const issue: Record<string, unknown> = JSON.parse(text);
        return JSON.stringify({ ...issue, status: "in_progress", assignee: "shell/1", metadata: { fleet } });
      });
    hold({ attempt: { n: 1, uuid: "0-0" } });
    expect(wrong(await doctorAt(world, later)).sort()).toEqual([
      expect.stringContaining("claim: tt-a is in progress by Test User, and was not touched for"),
      "claim: tt-c is held by attempt 1, which has no living processes",
    ]);
    expect((await doctor(world, "--fix")).fixed).toEqual([]);
    // What lives in another home is not to be seen from here; only that nothing was heard of it for long.
    hold({ attempt: { n: 1, uuid: "0-0" }, home: "another" });
    expect(wrong(await doctor(world))).toEqual([]);
    expect(wrong(await doctorAt(world, later)).sort()).toEqual([
      expect.stringContaining("claim: tt-a"),
      expect.stringMatching(/^claim: tt-c is held by attempt 1 of another home, and was not touched for \d+ days/),
    ]);
  });
});
