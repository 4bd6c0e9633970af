/** The verbs that work on many issues: batch, rename, rename-prefix, graph, duplicates, orphans, preflight, setup. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { initialized, type World } from "./world.ts";

const ok = async (world: World, ...argv: string[]): Promise<string> => {
  const { exit, stdout, stderr } = await world.bd(argv);
  expect({ argv, exit, stderr }).toMatchObject({ argv, exit: 0 });
  return stdout;
};

/** a ← b ← c, an epic with a child, and one that hangs on nothing. */
async function queue(): Promise<World> {
  const world = await initialized();
  await ok(world, "create", "A", "--id", "tt-a", "-d", "see tt-b, tt-b.1, tt-bb and (tt-b)");
  await ok(world, "create", "B", "--id", "tt-b", "--deps", "tt-a");
  await ok(world, "create", "C", "--id", "tt-c", "--deps", "tt-b");
  await ok(world, "create", "Epic", "--id", "tt-ep", "-t", "epic");
  await ok(world, "create", "kid", "--parent", "tt-ep");
  await ok(world, "create", "alone", "--id", "tt-x");
  return world;
}

const commits = (world: World): number =>
  Number(
    execFileSync("git", ["--git-dir", join(world.fleetHome, ".git"), "rev-list", "--count", "main"], {
      encoding: "utf8",
    }),
  );

describe("batch", () => {
  test("runs all lines as one commit, each on what the ones before it left", async () => {
    using world = await queue();
    const before = commits(world);
    const stdin = `# a comment\n\nclose tt-a "all \\"good\\"" now\nupdate tt-b status=in_progress assignee=bob priority=0 title="New b"\ncreate bug 1 Another one\ndep add tt-x tt-c\ndep remove tt-c tt-b\n`;
    const { exit, stdout } = await world.bd(["batch", "--json"], { stdin });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      operations: 5,
      status: "ok",
      schema_version: 1,
      results: [
        { line: 3, op: "close", target: "tt-a" },
        { line: 4, op: "update", target: "tt-b" },
        { line: 5, op: "create" },
        { line: 6, op: "dep.add", target: "tt-x->tt-c" },
        { line: 7, op: "dep.remove", target: "tt-c->tt-b" },
      ],
    });
    expect(commits(world)).toBe(before + 1);
    expect(await world.json(["show", "tt-a"])).toMatchObject([{ status: "closed", close_reason: 'all "good" now' }]);
    expect(await world.json(["show", "tt-b"])).toMatchObject([{ status: "in_progress", assignee: "bob", priority: 0 }]);
    expect(await world.json(["list", "-t", "bug"])).toMatchObject([{ title: "Another one", priority: 1 }]);
  });

  test.each([
    ["close tt-a\nclose tt-none", 'line 2 (close tt-none): no issue found matching "tt-none"'],
    ["close tt-a\nshow tt-a", 'line 2: unsupported batch command "show"'],
    ["update tt-a bogus=1", 'unsupported key "bogus"'],
    ["update tt-a status=never", 'invalid status "never"'],
    ["update tt-a priority=high", 'invalid priority "high"'],
    ['close "tt-a', "unterminated quoted string"],
    ["dep tt-a", 'unknown dep subcommand "tt-a"'],
    ["create task 2", "create requires <type> <priority> <title>"],
    ["dep add tt-a tt-c", "adding dependency would create a cycle"],
  ])("%j changes nothing: %s", async (stdin, why) => {
    using world = await queue();
    const before = commits(world);
    const { exit, stdout, stderr } = await world.bd(["batch"], { stdin });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain(why);
    expect(commits(world)).toBe(before);
  });

  test("--dry-run shows, no lines do nothing, a file serves too", async () => {
    using world = await queue();
    world.file("ops.txt", "close tt-a\n");
    expect(await ok(world, "batch", "-f", "ops.txt", "--dry-run")).toContain("line 1: close tt-a\n1 operations parsed");
    expect(await world.json(["batch"], { stdin: "# nothing\n" })).toMatchObject({ operations: 0, status: "ok" });
    expect(await ok(world, "batch", "-f", "ops.txt")).toContain("batch: 1 operations committed");
    expect(await world.bd(["batch", "-f", "none.txt"])).toMatchObject({ exit: 1 });
  });
});

describe("rename", () => {
  test("edges, comments and mentions follow; the old id stays taken and keeps its history", async () => {
    using world = await queue();
    await ok(world, "comment", "tt-b", "hello");
    expect(await ok(world, "rename", "tt-b", "tt-login")).toBe("Renamed tt-b -> tt-login\n");
    expect(await world.json(["show", "tt-a"])).toMatchObject([
      { description: "see tt-login, tt-b.1, tt-bb and (tt-login)" },
    ]);
    expect(await world.json(["show", "tt-c"])).toMatchObject([{ dependencies: [{ id: "tt-login" }] }]);
    expect(await world.json(["show", "tt-login"])).toMatchObject([
      { title: "B", dependencies: [{ id: "tt-a" }], comments: [{ text: "hello", issue_id: "tt-login" }] },
    ]);
    expect((await world.bd(["show", "tt-b"])).exit).toBe(1);
    expect((await world.bd(["create", "again", "--id", "tt-b"])).stderr).toContain("already exists");
    expect(JSON.stringify(await world.json(["history", "tt-b"]))).toContain('"title":"B"');
  });

  test.each([
    [["tt-a", "tt-a"], "old and new IDs are the same"],
    [["tt-a", "bad id"], 'invalid new ID format "bad id"'],
    [["tt-none", "tt-z"], "tt-none"],
    [["tt-a", "tt-b"], "issue tt-b already exists"],
  ])("%j: %s", async (argv, why) => {
    using world = await queue();
    const { exit, stdout, stderr } = await world.bd(["rename", ...argv]);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain(why);
  });
});

describe("rename-prefix", () => {
  test("every id, edge and mention; new issues too", async () => {
    using world = await queue();
    expect(await ok(world, "rename-prefix", "kw-", "--dry-run")).toContain("DRY RUN");
    expect(await world.json(["show", "tt-a"])).toHaveLength(1);
    expect(await ok(world, "rename-prefix", "kw-")).toContain("Successfully renamed prefix from tt to kw");
    expect(await world.json(["show", "kw-b"])).toMatchObject([{ dependencies: [{ id: "kw-a" }] }]);
    expect(await world.json(["show", "kw-ep.1"])).toMatchObject([{ parent: "kw-ep" }]);
    expect(await world.json(["show", "kw-a"])).toMatchObject([{ description: "see kw-b, tt-b.1, tt-bb and (kw-b)" }]);
    expect(await ok(world, "q", "new")).toMatch(/^kw-/);
    expect(await world.bd(["rename-prefix", "kw"])).toMatchObject({ exit: 1 });
    expect(await ok(world, "export")).not.toContain('"tt-a"');
  });

  test("several prefixes need --repair; ids that would meet get fresh ones", async () => {
    using world = await queue();
    await ok(world, "create", "foreign", "--id", "zz-a", "--force");
    const refused = await world.bd(["rename-prefix", "kw"]);
    expect(refused).toMatchObject({ exit: 1 });
    expect(refused.stderr).toContain("cannot rename with multiple prefixes. Use --repair to consolidate.");
    expect(await world.json(["rename-prefix", "kw", "--repair"])).toMatchObject({
      target_prefix: "kw",
      prefixes_found: 2,
      issues_repaired: 7,
      issues_unchanged: 0,
    });
    const all: unknown = await world.json(["list", "--all"]);
    const ids = Array.isArray(all) ? all.map((issue: { id: string }) => issue.id) : [];
    expect(ids).toHaveLength(7);
    expect(ids.every((id) => id.startsWith("kw-"))).toBe(true);
  });

  test.each(["", "-", "9x", "Kw", "k_w"])("%j is not a prefix", async (prefix) => {
    using world = await initialized();
    expect(await world.bd(["rename-prefix", "--", prefix])).toMatchObject({ exit: 1, stdout: "" });
  });
});

describe("graph", () => {
  test("JSON: root, issues, layout in layers", async () => {
    using world = await queue();
    expect(await world.json(["graph", "tt-b"])).toMatchObject({
      root: { id: "tt-b" },
      issues: [{ id: "tt-b" }, { id: "tt-c" }, { id: "tt-a" }],
      layout: {
        RootID: "tt-b",
        MaxLayer: 2,
        Layers: [["tt-a"], ["tt-b"], ["tt-c"]],
        Nodes: {
          "tt-c": { Layer: 2, Position: 0, DependsOn: ["tt-b"], Issue: { id: "tt-c" } },
          "tt-a": { DependsOn: null },
        },
      },
    });
    expect(await world.json(["graph", "--all"])).toMatchObject([
      { Root: { id: "tt-a" }, Issues: { length: 3 }, Dependencies: { length: 2 } },
      { Root: { id: "tt-ep" }, Issues: { length: 2 } },
      { Root: { id: "tt-x" }, Dependencies: null },
    ]);
  });

  test("text, DOT, Mermaid", async () => {
    using world = await queue();
    await ok(world, "update", "tt-a", "--title", 'say "hi" \\ there');
    const text = await ok(world, "graph", "tt-b");
    expect(text).toContain("LAYER 0 (ready)");
    expect(text).toMatch(/└── ○ tt-c .*← tt-b/);
    const dot = await ok(world, "graph", "tt-b", "--dot");
    expect(dot).toContain("digraph beads {");
    expect(dot).toContain('"tt-a" -> "tt-b" [style=solid');
    expect(dot).toContain('say \\"hi\\" \\\\ there');
    expect(await ok(world, "graph", "tt-ep", "--dot")).toContain('"tt-ep" -> "tt-ep.1" [style=dashed');
    const mermaid = await ok(world, "graph", "--all", "--mermaid");
    expect(mermaid.match(/flowchart LR/g)).toHaveLength(1);
    expect(mermaid).toMatch(/n0 --> n1/);
    expect(mermaid).toContain("say #quot;hi#quot;");
  });

  test("check, and what is refused", async () => {
    using world = await queue();
    expect(await world.json(["graph", "check"])).toMatchObject({
      clean: true,
      cycles: null,
      summary: { cycle_count: 0 },
    });
    for (const argv of [["graph"], ["graph", "tt-none"], ["graph", "--all", "tt-a"], ["graph", "tt-a", "--html"]]) {
      const { exit, stdout, stderr } = await world.bd([...argv, "--json"]);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(JSON.parse(stderr)).toHaveProperty("error");
    }
  });
});

describe("duplicates", () => {
  test("the one that most hangs on stays; merging moves its children and closes the others", async () => {
    using world = await initialized();
    for (const id of ["tt-1", "tt-2", "tt-3"]) await ok(world, "create", "Same", "--id", id, "-d", "text");
    await ok(world, "create", "Waits", "--id", "tt-w", "--deps", "tt-2");
    await ok(world, "create", "kid", "--parent", "tt-3");
    expect(await world.json(["duplicates"])).toMatchObject({
      duplicate_groups: 1,
      groups: [
        {
          suggested_target: "tt-2",
          suggested_sources: ["tt-1", "tt-3"],
          suggested_action: "fleet bd close tt-1 tt-3 && fleet bd dep add tt-1 tt-3 tt-2 --type related",
          issues: [{ id: "tt-1", weight: 0 }, { id: "tt-2", weight: 3, is_merge_target: true }, { id: "tt-3" }],
        },
      ],
    });
    expect(await ok(world, "duplicates", "--auto-merge", "--dry-run")).toContain("would execute 1 merge(s)");
    expect(await world.json(["duplicates", "--auto-merge"])).toMatchObject({
      merge_results: [{ target: "tt-2", closed: ["tt-1", "tt-3"], reparented: ["tt-3.1"], errors: [] }],
    });
    expect(await world.json(["show", "tt-3"])).toMatchObject([
      {
        status: "closed",
        close_reason: "Duplicate of tt-2",
        dependencies: [{ id: "tt-2", dependency_type: "related" }],
      },
    ]);
    expect(await world.json(["show", "tt-3.1"])).toMatchObject([{ parent: "tt-2" }]);
    expect(await world.json(["duplicates"])).toEqual({ duplicate_groups: 0, groups: [], schema_version: 1 });
  });

  test("find-duplicates compares words", async () => {
    using world = await initialized();
    expect(await world.json(["find-duplicates"])).toMatchObject({ pairs: [], count: 0 });
    await ok(world, "create", "Fix the login page", "--id", "tt-1");
    await ok(world, "create", "Fix login page", "--id", "tt-2");
    await ok(world, "create", "Something else", "--id", "tt-3");
    expect(await world.json(["find-dups", "--threshold", "0.6"])).toMatchObject({
      pairs: [{ issue_a_id: "tt-1", issue_b_id: "tt-2", method: "mechanical" }],
      count: 1,
      method: "mechanical",
      threshold: 0.6,
    });
    const cut = await world.bd(["find-duplicates", "--threshold", "0", "-n", "2", "--json"]);
    expect(JSON.parse(cut.stdout)).toMatchObject({ count: 3, pairs: { length: 2 } });
    expect(cut.stderr).toContain("Showing 2 of 3 pairs");
    for (const argv of [
      ["--method", "ai"],
      ["--method", "x"],
      ["--threshold", "x"],
    ])
      expect(await world.bd(["find-duplicates", ...argv])).toMatchObject({ exit: 1, stdout: "" });
  });
});

describe("the project here", () => {
  const git = (world: World, ...args: string[]): string =>
    execFileSync("git", ["-C", world.dir, ...args], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: world.home },
    });

  test("orphans: open issues that a commit names in brackets", async () => {
    using world = await queue();
    expect(await world.json(["orphans"])).toEqual([]);
    git(world, "init", "-q");
    git(world, "commit", "-q", "--allow-empty", "-m", "Do the first (tt-a)");
    git(world, "commit", "-q", "--allow-empty", "-m", "Names tt-c, and (tt-none)");
    expect(await world.json(["orphans"])).toMatchObject([
      { issue_id: "tt-a", title: "A", status: "open", latest_commit_message: "Do the first (tt-a)" },
    ]);
    expect(await world.json(["orphans", "--label", "none"])).toEqual([]);
    expect((await world.bd(["orphans", "--fix"], { stdin: "n\n" })).stdout).toContain("Canceled.");
    expect((await world.bd(["orphans", "--fix"], { stdin: "y\n" })).stdout).toContain("✓ Closed tt-a");
    expect(await ok(world, "orphans")).toContain("No orphaned issues found");
  });

  test("preflight: a checklist; --check looks", async () => {
    using world = await queue();
    expect(await ok(world, "preflight")).toContain("PR Readiness Checklist:");
    git(world, "init", "-q");
    world.file("a.txt", "1");
    git(world, "add", "a.txt");
    git(world, "commit", "-q", "-m", "x");
    await ok(world, "update", "tt-a", "--claim");
    expect(await world.json(["preflight", "--check"])).toMatchObject({
      passed: true,
      summary: "2/3 checks passed, 1 warning(s)",
    });
    world.file("a.txt", "2");
    expect((await world.bd(["preflight", "--check"])).exit).toBe(1);
  });

  test("setup prints, and writes nothing", async () => {
    using world = await initialized();
    const before = readdirSync(world.dir);
    expect(await ok(world, "setup", "--list")).toContain("claude");
    expect(await ok(world, "setup", "claude")).toContain("bd prime --hook-json");
    expect(await ok(world, "setup", "cursor", "--remove")).toContain("Take this out of .cursor/rules/beads.mdc");
    expect(await world.bd(["setup", "cursor", "--check"])).toMatchObject({ exit: 1 });
    expect((await world.bd(["setup", "claud"])).stderr).toContain("Did you mean claude?");
    expect(readdirSync(world.dir)).toEqual(before);
    expect(await ok(world, "setup", "-o", "rules.md")).toContain("Wrote template");
    expect(readFileSync(join(world.dir, "rules.md"), "utf8")).toContain("bd prime");
    expect((await world.bd(["setup", "-o", "rules.md"])).exit).toBe(1);
    world.file(".cursor/rules/beads.mdc", "run bd ready");
    expect(await world.bd(["setup", "cursor", "--check"])).toMatchObject({ exit: 0 });
    expect(existsSync(join(world.home, ".claude"))).toBe(false);
  });
});
