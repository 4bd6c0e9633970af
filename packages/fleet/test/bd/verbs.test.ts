/** Verbs and answers of which cases.json has no case. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { initialized, makeWorld, type World } from "./world.ts";

const ids = (value: unknown): string[] => {
  if (!Array.isArray(value)) throw new Error(`not an array: ${JSON.stringify(value)}`);
  const issues: { id: string }[] = value;
  return issues.map(({ id }) => id);
};

const day = 24 * 3600 * 1000;
const now = Date.parse("2026-03-11T10:30:15Z");
const at = { now };

async function smallQueue(): Promise<World> {
  const world = await initialized();
  const setup: [string[], number][] = [
    [["create", "Old bug", "--id", "tt-old", "-t", "bug", "-p", "1", "-l", "ui"], now - 60 * day],
    [["create", "New task", "--id", "tt-new", "--assignee", "bob", "-d", "text"], now - day],
    [["create", "Epic", "--id", "tt-ep", "-t", "epic", "-p", "3"], now],
    [["create", "kid", "--parent", "tt-ep", "-p", "0"], now],
    [["create", "grandkid", "--parent", "tt-ep.1"], now],
    [["create", "done", "--id", "tt-x", "-l", "human"], now],
    [["close", "tt-x", "-r", "done"], now + day],
    [["create", "due", "--id", "tt-due", "--due", "2026-03-01"], now],
    [["create", "message", "--id", "tt-m", "-t", "message"], now],
  ];
  for (const [argv, at] of setup) expect(await world.bd(argv, { now: at })).toMatchObject({ exit: 0 });
  return world;
}

describe("finding", () => {
  let world: World;
  beforeAll(async () => {
    world = await smallQueue();
    return () => world[Symbol.dispose]();
  });

  test.each<[string[], string[]]>([
    [["list"], ["tt-ep.1", "tt-old", "tt-due", "tt-ep.1.1", "tt-new", "tt-ep"]],
    [
      ["list", "-r"],
      ["tt-ep", "tt-new", "tt-ep.1.1", "tt-due", "tt-old", "tt-ep.1"],
    ],
    [
      ["list", "--sort", "created"],
      ["tt-ep.1", "tt-due", "tt-ep.1.1", "tt-ep", "tt-new", "tt-old"],
    ],
    [
      ["list", "--sort", "id", "--limit", "2"],
      ["tt-due", "tt-ep"],
    ],
    [["list", "--parent", "tt-ep"], ["tt-ep.1"]],
    [["list", "--no-parent", "-t", "epic"], ["tt-ep"]],
    [["list", "-t", "message"], ["tt-m"]],
    [["list", "--include-infra", "--title", "message"], ["tt-m"]],
    [["list", "--overdue"], ["tt-due"]],
    [["list", "--created-before", "2026-02-01"], ["tt-old"]],
    [["list", "--created-after", "-2d", "--assignee", "bob"], ["tt-new"]],
    [["list", "--label-pattern", "u*"], ["tt-old"]],
    [["list", "--label-regex", "^h"], []],
    [["list", "--all", "--label-regex", "^h"], ["tt-x"]],
    [["list", "--status", "closed"], ["tt-x"]],
    [["list", "--metadata-field", "k=v"], []],
    [
      ["ready", "--sort", "oldest", "-n", "2"],
      ["tt-old", "tt-new"],
    ],
    [
      ["ready", "--sort", "hybrid"],
      ["tt-ep.1", "tt-new", "tt-due", "tt-ep.1.1", "tt-ep", "tt-old"],
    ],
    [
      ["ready", "--parent", "tt-ep"],
      ["tt-ep.1", "tt-ep.1.1"],
    ],
    [["ready", "--type", "message"], ["tt-m"]],
    [
      ["ready", "--exclude-type", "epic,bug", "--unassigned"],
      ["tt-ep.1", "tt-due", "tt-ep.1.1"],
    ],
    [
      ["search", "KID"],
      ["tt-ep.1", "tt-ep.1.1"],
    ],
    [["search", "due", "--status", "all", "--sort", "id"], ["tt-due"]],
    [["children", "tt-ep"], ["tt-ep.1"]],
    [["stale"], ["tt-old"]],
    [["stale", "--days", "90"], []],
    [
      ["query", "type=bug OR assignee=bob"],
      ["tt-old", "tt-new"],
    ],
    [["query", "status=closed"], ["tt-x"]],
    [["query", "NOT (priority>=2) AND created<30d"], ["tt-old"]],
    [
      ["query", "id=tt-ep.* and label=none"],
      ["tt-ep.1", "tt-ep.1.1"],
    ],
    [["query", 'title="new task"'], ["tt-new"]],
    [["query", "status!=open", "-a"], ["tt-x"]],
    [["human", "list"], ["tt-x"]],
    [["todo"], ["tt-ep.1", "tt-due", "tt-ep.1.1", "tt-new"]],
  ])("%j", async (argv, expected) => {
    expect(ids(await world.json(argv, at))).toEqual(expected);
  });

  test.each([
    "priority",
    "priority=",
    "bogus=1",
    "(type=bug",
    "type=bug)",
    "type>bug",
    "created=never",
    "a b",
    '"type"=bug',
    "NOT",
  ])("query %j is refused", async (text) => {
    expect(await world.bd(["query", text])).toMatchObject({
      exit: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Error: parsing query: /),
    });
  });

  test("counts and sums", async () => {
    expect(await world.json(["count"], at)).toMatchObject({ count: 8 });
    expect(await world.json(["count", "--by-label"], at)).toMatchObject({
      total: 8,
      groups: [
        { group: "(no labels)", count: 6 },
        { group: "human", count: 1 },
        { group: "ui", count: 1 },
      ],
    });
    expect(await world.json(["count", "--by-priority", "-t", "epic"], at)).toMatchObject({
      groups: [{ group: "P3", count: 1 }],
    });
    expect(await world.json(["stats"], at)).toMatchObject({
      summary: {
        total_issues: 8,
        open_issues: 7,
        closed_issues: 1,
        blocked_issues: 0,
        ready_issues: 6,
        average_lead_time_hours: 24,
      },
    });
  });

  test("the tree for people, and the subtree of a parent", async () => {
    const { stdout } = await world.bd(["list", "--parent", "tt-ep"], at);
    expect(stdout).toContain("○ tt-ep.1 ● P0 kid\n└── ○ tt-ep.1.1 ● P2 grandkid\n");
    expect(stdout).toContain("Total: 2 issues (2 open, 0 in progress)");
    expect((await world.bd(["list", "open"])).stderr).toContain("--status open");
    expect((await world.bd(["list", "constructor"])).stderr).toContain("does not accept positional arguments");
  });
});

describe("changing a small queue", () => {
  let world: World;
  beforeEach(async () => {
    world = await smallQueue();
    return () => world[Symbol.dispose]();
  });

  test("epics", async () => {
    await world.bd(["close", "tt-ep.1", "tt-ep.1.1"]);
    expect(await world.json(["epic", "status", "--eligible-only"])).toMatchObject([
      { epic: { id: "tt-ep" }, closed_children: 1 },
    ]);
    expect(await world.json(["epic", "close-eligible"])).toMatchObject({ closed: ["tt-ep"] });
    expect(await world.json(["epic", "status"])).toEqual([]);
  });

  test("deferring", async () => {
    expect(await world.json(["defer", "tt-new", "--until", "tomorrow"])).toMatchObject([{ status: "deferred" }]);
    expect(await world.bd(["undefer", "tt-old"])).toMatchObject({
      exit: 0,
      stderr: "tt-old is not deferred (status: open)\n",
    });
    const [back] = [await world.json(["undefer", "tt-new"])].flat();
    expect(back).toMatchObject({ status: "open" });
    expect(back).not.toHaveProperty("defer_until");
    expect(await world.bd(["defer", "tt-none", "--json"])).toMatchObject({ exit: 1, stdout: "" });
    expect(await world.bd(["defer", "tt-new", "--until", ""])).toMatchObject({ exit: 1, stdout: "" });
    // Open, and put off by its date alone.
    await world.bd(["update", "tt-new", "--defer", "2999-01-01"]);
    await world.bd(["update", "tt-new", "--status", "open"]);
    const [open] = [await world.json(["undefer", "tt-new"])].flat();
    expect(open).not.toHaveProperty("defer_until");
  });

  test("closing: what is free now, and the next one claimed", async () => {
    await world.bd(["dep", "add", "tt-new", "tt-old"]);
    const closed = await world.bd(["done", "tt-old", "the", "--suggest-next"]);
    expect(closed.exit).toBe(0);
    expect(closed.stdout).toContain("✓ Closed tt-old — Old bug: the\n\nNewly unblocked:\n  • tt-new — New task (P2)");
    expect(await world.json(["close", "tt-due", "--claim-next"], at)).toMatchObject({
      closed: [{ id: "tt-due" }],
      claimed: { id: "tt-ep.1", status: "open" },
    });
    expect(await world.json(["show", "tt-ep.1"])).toMatchObject([{ status: "in_progress", assignee: "Test User" }]);
    expect((await world.bd(["close", "tt-new", "-r", "a", "-r", "b"])).stderr).toContain(
      "got 2 close reasons for 1 issue IDs",
    );
  });

  test("deleting with everything that depends on it", async () => {
    expect(await world.json(["delete", "tt-ep", "--cascade", "--force"])).toMatchObject({ deleted_count: 3 });
    expect(await world.json(["show", "tt-old"])).toMatchObject([{ id: "tt-old" }]);
    expect((await world.bd(["show", "tt-ep.1.1"])).exit).toBe(1);
    // A deleted issue has its history all the same.
    expect(await world.json(["history", "tt-ep.1.1"])).toMatchObject([
      { Issue: { status: "tombstone" } },
      { Issue: { status: "open" } },
      { Issue: { title: "grandkid" } },
    ]);
    expect(await world.bd(["history", "tt-never"])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("no history found"),
    });
  });
});

describe("human", () => {
  test("respond: a comment and the close in one commit; dismiss; stats", async () => {
    using world = await initialized();
    for (const id of ["tt-a", "tt-b", "tt-c"]) await world.bd(["create", id, "--id", id, "-l", "human"]);
    await world.bd(["create", "D", "--id", "tt-d"]);
    expect(await world.bd(["human", "respond", "tt-a", "-r", "Use <b>"])).toMatchObject({
      exit: 0,
      stdout: "✔ Bead tt-a closed with response.\n",
      stderr: "",
    });
    expect(await world.json(["show", "tt-a"])).toMatchObject([
      { status: "closed", close_reason: "Responded", comments: [{ text: "Response: Use <b>" }] },
    ]);
    expect(await world.json(["history", "tt-a"])).toHaveLength(2);
    expect(await world.json(["human", "dismiss", "tt-b", "--reason", "too late"])).toMatchObject([
      { id: "tt-b", status: "closed", close_reason: "Dismissed: too late" },
    ]);
    expect(await world.json(["human", "stats"])).toMatchObject({ total: 3, pending: 1, responded: 1, dismissed: 1 });
    expect((await world.bd(["human", "stats"])).stdout).toContain("  Responded:  1\n");
    expect((await world.bd(["human", "dismiss", "tt-d"])).stderr).toBe(
      "Warning: Issue tt-d does not have 'human' label\n",
    );
    for (const argv of [
      ["respond", "tt-c"],
      ["respond", "tt-c", "-r", " "],
      ["respond", "tt-a", "-r", "again"],
      ["dismiss", "tt-b"],
      ["dismiss", "tt-nope"],
      ["dismiss", "tt-c", "--readonly"],
    ])
      expect(await world.bd(["human", ...argv])).toMatchObject({ exit: 1, stderr: expect.stringMatching(/./) });
    expect(await world.json(["show", "tt-c"])).toMatchObject([{ status: "open" }]);
  });
});

describe("settings", () => {
  test("drift and apply: origin is what federation.remote says", async () => {
    using world = await initialized();
    const told = async (verb: string, ...flags: string[]) => {
      const { exit, stdout } = await world.bd(["config", verb, "--json", ...flags]);
      const list: { check: string; status: string; actual?: string }[] = JSON.parse(stdout);
      return { exit, ...list.find(({ check }) => check === "remote") };
    };
    expect(await told("drift")).toMatchObject({ exit: 0, status: "info" });
    expect(await told("apply")).toMatchObject({ exit: 0, status: "ok", action: "none" });
    for (const [url, was] of [
      ["/mnt/a", "(no origin)"],
      ["-x", "/mnt/a"],
    ] as const) {
      await world.bd(["config", "set-many", "--force-git-tracked", `federation.remote=${url}`]);
      expect(await told("drift")).toMatchObject({ exit: 1, status: "drift", expected: url, actual: was });
      expect(await told("apply", "--dry-run")).toMatchObject({ exit: 0, status: "dry_run" });
      expect(await told("apply")).toMatchObject({ exit: 0, status: "applied" });
      expect(await told("drift")).toMatchObject({ exit: 0, status: "ok" });
    }
    expect((await world.bd(["config", "apply", "--readonly"])).exit).toBe(1);
    await world.bd(["config", "set", "federation.remote", "/mnt/b"]);
    const inside = { env: { FLEET_TASK_ID: "tt-a", FLEET_ATTEMPT_ID: "u" } };
    const { stdout } = await world.bd(["config", "apply"], inside);
    expect(stdout).toContain("– remote:");
    expect(await world.json(["config", "show"])).toContainEqual({
      key: "federation.remote",
      value: "/mnt/b",
      source: "database",
    });
    expect(await world.json(["config", "show", "--source", "git"])).toEqual([]);
  });

  test("init: flags of bd that mean nothing here are taken; --remote would, and is refused", async () => {
    using world = makeWorld();
    expect(await world.bd(["init", "--remote", "/mnt/a"])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("fleet sync URL"),
    });
    const flags = [
      "--agents-file",
      "X",
      "--agents-profile=full",
      "--database",
      "d",
      "--external",
      "--server-port",
      "3",
    ];
    expect(await world.bd(["init", "--reinit-local", "--server", "--server-host=h", ...flags])).toMatchObject({
      exit: 0,
      stderr: "",
    });
    expect((await world.bd(["init", "--reinit-local"])).stderr).toContain("already initialized");
  });

  test("custom statuses and types are known at once", async () => {
    using world = await initialized();
    await world.bd(["config", "set", "status.custom", "review:wip,parked:frozen"]);
    await world.bd(["config", "set", "types.custom", "widget"]);
    await world.bd(["create", "W", "--id", "tt-w", "-t", "widget"]);
    expect(await world.json(["update", "tt-w", "--status", "parked"])).toMatchObject([{ status: "parked" }]);
    expect(await world.json(["list"])).toEqual([]);
    expect(await world.json(["statuses"])).toMatchObject({
      custom_statuses: [{ name: "review", category: "wip" }, { name: "parked" }],
    });
    expect(await world.json(["types"])).toMatchObject({ custom_types: ["widget"] });
    expect(await world.json(["config", "get", "nothing"])).toMatchObject({ key: "nothing", value: "" });
    expect((await world.bd(["config", "get", "constructor"])).stdout).toBe("constructor (not set)\n");
    expect(await world.json(["config", "list"])).toMatchObject({ issue_prefix: "tt", "types.custom": "widget" });
    for (const argv of [
      ["set", "__proto__", "x"],
      ["set-many", "__proto__=x"],
      ["unset", "__proto__"],
    ])
      expect(await world.bd(["config", ...argv])).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining("__proto__"),
      });
    await world.bd(["config", "set", "issue_prefix", "api"]);
    expect(await world.json(["create", "P"])).toMatchObject({ id: expect.stringMatching(/^api-/) });
  });

  test("close --no-change says why nothing has to change", async () => {
    using world = await initialized();
    await world.bd(["create", "C", "--id", "tt-c"]);
    expect(await world.bd(["close", "tt-c", "--no-change"])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("--no-change takes a reason"),
    });
    await world.bd(["close", "tt-c", "--no-change", "--reason", "it is there since 1.4"]);
    expect(await world.json(["show", "tt-c"])).toMatchObject([
      { status: "closed", close_reason: "it is there since 1.4" },
    ]);
    const log = spawnSync("git", ["-C", world.fleetHome, "log", "-1", "--format=%B"], { encoding: "utf8" });
    expect(log.stdout).toContain("Fleet-Grade: already-there");
  });

  test('update: what is asked of the work, as create has it; each flag replaces its own list, and "" empties it', async () => {
    using world = await initialized();
    await world.bd(["create", "W", "--id", "tt-w", "--check", "make", "--check", "make lint", "--allow", "src/**"]);
    const asked = async (...flags: string[]) => {
      const [issue] = JSON.parse((await world.bd(["update", "tt-w", ...flags, "--json"])).stdout);
      const { checks, expect: expected, allow, deny } = issue.metadata;
      return { checks, expected, allow, deny };
    };
    const flags = ["--check", "npm test", "--expect", "commit", "--expect", "path:a,b/**", "--deny", "gen/**"];
    expect(await asked(...flags)).toEqual({
      checks: ["npm test"],
      expected: ["commit", "path:a,b/**"],
      allow: ["src/**"],
      deny: ["gen/**"],
    });
    expect(await asked("--check", "", "--allow", "", "--deny", "x")).toEqual({
      checks: [],
      expected: ["commit", "path:a,b/**"],
      allow: undefined,
      deny: ["x"],
    });
    expect((await asked("--expect", "")).expected).toBeUndefined();
    const what = ["--prove", "npm run repro", "--check-paths", "test/**", "--expect", "answer:docs/why.md"];
    const [proving] = JSON.parse((await world.bd(["update", "tt-w", ...what, "--tests-are-work", "--json"])).stdout);
    expect(proving.metadata).toMatchObject({
      prove: ["npm run repro"],
      check_paths: ["test/**"],
      tests_are_work: true,
      expect: ["answer:docs/why.md"],
    });
    const [strict] = JSON.parse((await world.bd(["update", "tt-w", "--evidence", "check", "--json"])).stdout);
    expect(strict.metadata).toMatchObject({ evidence: "check" });
    const [plain] = JSON.parse((await world.bd(["update", "tt-w", "--evidence", "", "--json"])).stdout);
    expect(plain.metadata).not.toHaveProperty("evidence");
    expect(await world.bd(["update", "tt-w", "--evidence", "luck"])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("activity, change, check"),
    });
    expect(await world.bd(["update", "tt-w", "--expect", "miracles"])).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("miracles"),
    });
  });

  test("keys and values", async () => {
    using world = await initialized();
    expect(await world.json(["kv", "set", "a", "1"])).toMatchObject({ key: "a", value: "1" });
    expect(await world.json(["kv", "list"])).toEqual({ a: "1", schema_version: 1 });
    expect(await world.json(["kv", "clear", "a"])).toMatchObject({ deleted: "true" });
    expect((await world.bd(["kv", "get", "a", "--json"])).exit).toBe(1);
  });
});

describe("where", () => {
  test("-C and --db, in front of the verb and behind it", async () => {
    using world = makeWorld();
    mkdirSync(join(world.dir, "sub"));
    const home = join(world.dir, "sub", "h");
    expect((await world.bd(["-C", "sub", "--db", "h", "init", "--prefix", "zz", "-q"])).exit).toBe(0);
    expect(await world.json(["where", "--db", home])).toMatchObject({ path: home, prefix: "zz" });
    const made = await world.bd(["--json", "--db", home, "create", "x", "-C", join(world.dir, "sub")]);
    expect(JSON.parse(made.stdout)).toMatchObject({ id: expect.stringMatching(/^zz-/) });
    expect((await world.bd(["list"])).exit).toBe(1);
  });

  test("BEADS_DIR, where FLEET_HOME is not set", async () => {
    using world = makeWorld();
    const env = { FLEET_HOME: undefined, BEADS_DIR: join(world.dir, "b") };
    await world.bd(["init", "-q"], { env });
    expect(await world.json(["where"], { env })).toMatchObject({ path: env.BEADS_DIR, prefix: "fleet" });
  });

  test("prime takes a text of the project's own", async () => {
    using world = await initialized();
    world.file(".beads/PRIME.md", "our way\n");
    expect((await world.bd(["prime"])).stdout).toBe("our way\n");
    expect((await world.bd(["prime", "--export"])).stdout).toContain("Beads Workflow Context");
  });
});

describe("create --file", () => {
  test("each second heading is an issue", async () => {
    using world = await initialized();
    const text =
      "# Plan\n\n## First\nIntro\n\n### Type\nbug\n\n### Priority\n1\n\n### Labels\na, b\n\n```\n## not one\n```\n## Second\n### Design\nD\n";
    world.file("plan.md", text);
    expect(await world.json(["create", "--file", "plan.md"])).toMatchObject([
      { title: "First", issue_type: "bug", priority: 1, description: "Intro" },
      { title: "Second", issue_type: "task", design: "D" },
    ]);
    expect(await world.json(["history", ids(await world.json(["list"]))[0] ?? ""])).toHaveLength(1);
    for (const file of ["none.md", "plan.txt"])
      expect(await world.bd(["create", "--file", file])).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining("parsing markdown file"),
      });
  });
});
