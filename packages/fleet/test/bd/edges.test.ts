/** An edge that can't be made is not satisfied: what should wait waits, whatever made the edge and whatever became of it. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { QUEUE_TOOLS } from "../../src/mcp/queue-tools.ts";
import { initialized, type World } from "./world.ts";
import { runs } from "../../../kit/test/runs.ts";
import { row, on, ok, ids, ready, blocked } from "./edge-world.ts";

describe("create", () => {
  const plan = "## One\n\ntext\n\n### Dependencies\ntt-nope\n\n## Two\n";
  const forms: readonly [what: string, argv: readonly string[]][] = [
    ["--deps", ["create", "X", "--deps", "tt-nope"]],
    ["--deps blocks:", ["create", "X", "--deps", "blocks:tt-nope"]],
    ["--deps discovered-from:", ["create", "X", "--deps", "discovered-from:tt-nope"]],
    ["--waits-for", ["create", "X", "--waits-for", "tt-nope"]],
    ["--parent", ["create", "X", "--parent", "tt-nope"]],
    ["a plan file", ["create", "-f", "plan.md"]],
    ["--dry-run", ["create", "X", "--deps", "tt-nope", "--dry-run"]],
    [
      "MCP",
      QUEUE_TOOLS.find(({ name }) => name === "create")?.line({ title: "X", deps: ["tt-nope"] }, undefined) ?? [],
    ],
  ];
  test.each(forms)("%s with a dependency that does not exist is refused, and makes nothing", async (_what, argv) => {
    using world = await initialized();
    world.file("plan.md", plan);
    const { exit, stdout, stderr } = await world.bd(argv);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain("tt-nope");
    expect(await ids(world, "list", "--all")).toEqual([]);
  });

  test.each([
    [["--deps", ""], "--deps names no issue"],
    [["--deps", " , "], "--deps names no issue"],
    [["--waits-for", ""], "--waits-for names no issue"],
    [["--parent", " "], "--parent names no issue"],
    [["--defer", ""], 'invalid --defer format ""'],
  ])("%j, as a program that found nothing writes it, makes no task that waits for nothing", async (flags, said) => {
    using world = await initialized();
    const { exit, stderr } = await world.bd(["create", "New", ...flags]);
    expect([exit, stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(await world.json(["list", "--all"])).toEqual([]);
  });

  test("several wrong dependencies are named at once", async () => {
    using world = await initialized();
    const { exit, stderr } = await world.bd(["create", "X", "--deps", "tt-1,related:tt-2", "--waits-for", "tt-3"]);
    expect(exit).toBe(1);
    for (const id of ["tt-1", "tt-2", "tt-3"]) expect(stderr).toContain(`no issue found matching "${id}"`);
  });

  test("batch: one dependency that does not exist, and nothing of the batch is made", async () => {
    using world = await initialized();
    await ok(world, "create", "A", "--id", "tt-a");
    const batch = await world.bd(["batch"], { stdin: "create task 2 New\ndep add tt-a tt-nope\n" });
    expect(batch.exit).toBe(1);
    expect(await ids(world, "list", "--all")).toEqual(["tt-a"]);
  });
});

describe("import", () => {
  const bad = row({ id: "tt-a", priority: 7 });
  const waits = row({ id: "tt-b", dependencies: [on("tt-b", "tt-a")] });

  test("a row that waits for a dropped row or for an unknown id is imported and held, with the reason everywhere", async () => {
    using world = await initialized();
    const elsewhere = row({ id: "tt-c", dependencies: [on("tt-c", "zz-9", "conditional-blocks")] });
    const child = row({ id: "tt-d", dependencies: [on("tt-d", "tt-a", "parent-child")] });
    const { exit, stdout, stderr } = await world.bd(["import", "-", "--trust", "--json"], {
      stdin: bad + waits + elsewhere + child + row({ id: "tt-e", dependencies: [on("tt-e", "external:x:y")] }),
    });
    expect(exit).toBe(1);
    expect(stderr).toContain("Error: line 1: validation failed for issue tt-a: priority");
    expect(JSON.parse(stdout)).toMatchObject({
      created: 4,
      held: [
        { id: "tt-b", waits_for: ["tt-a"] },
        { id: "tt-c", waits_for: ["zz-9"] },
        { id: "tt-d", waits_for: ["tt-a"] },
      ],
    });
    expect(await ready(world)).toEqual(["tt-e"]);
    expect((await world.bd(["ready"])).stderr).toContain("3 issues held, not listed: fleet bd blocked says why");
    expect(await ok(world, "blocked")).toContain(
      "Held: waits for tt-a, which this home does not have; import it, or drop the dependency: fleet bd dep remove tt-b tt-a",
    );
    expect(await world.json(["blocked"])).toContainEqual(
      expect.objectContaining({ id: "tt-c", holds: [{ kind: "missing", ids: ["zz-9"] }], blocked_by: ["zz-9"] }),
    );
    expect((await world.bd(["ready", "--claim", "--json"])).stdout).toContain("tt-e");
    expect((await world.bd(["ready", "--claim", "--json"])).stdout).toBe("[]\n");
    const doctor = await ok(world, "doctor");
    expect(doctor).toContain(
      "tt-c depends on zz-9 (conditional-blocks), which is of another prefix and not in this home; it is held",
    );
    expect(doctor).toContain("fleet bd dep remove tt-c zz-9");
  });

  test("fleet tasks --all shows a held task as blocked, with the reason and the command", async () => {
    using world = await initialized();
    await world.bd(["import", "-", "--trust"], { stdin: waits });
    const env = { PATH: process.env["PATH"], HOME: world.home, FLEET_HOME: world.fleetHome };
    const main = join(import.meta.dirname, "../../dist/fleet.js");
    const said = execFileSync(process.execPath, [main, "tasks", "--all", "--json"], { env, encoding: "utf8" });
    expect(said).toMatch(/"state": ?"blocked"/);
    expect(said).toContain("waits for tt-a, which this home does not have");
    expect(said).toContain("fleet bd dep remove tt-b tt-a");
  });

  test("the missing issue arrives with a second import, and the hold is gone", async () => {
    using world = await initialized();
    await world.bd(["import", "-", "--trust"], { stdin: bad + waits });
    expect(await ready(world)).toEqual([]);
    await world.bd(["import", "-", "--trust"], { stdin: row({ id: "tt-a" }) });
    expect(await ready(world)).toEqual(["tt-a"]);
    await ok(world, "close", "tt-a");
    expect(await ready(world)).toEqual(["tt-b"]);
  });

  test("a row that was dropped although its issue is finished here holds too, until it is imported", async () => {
    using world = await initialized();
    await world.bd(["import", "-", "--trust"], {
      stdin: row({ id: "tt-a", status: "closed", closed_at: "2026-01-01T00:00:00Z" }),
    });
    const text = bad + waits;
    expect((await world.bd(["import", "-", "--trust"], { stdin: text })).exit).toBe(1);
    expect(await ready(world)).toEqual([]);
    expect(await ok(world, "blocked")).toContain("waits for tt-a, which an import could not read");
    expect((await world.bd(["import", "-", "--trust"], { stdin: text })).exit).toBe(1);
    expect(await ready(world)).toEqual([]);
    // What was held in one home is held where its export goes.
    using other = await initialized();
    await other.bd(["import", "-", "--trust"], { stdin: await ok(world, "export") });
    expect(await ready(other)).toEqual([]);
    await world.bd(["import", "-", "--trust"], {
      stdin: row({ id: "tt-a", status: "closed", closed_at: "2026-01-01T00:00:00Z" }),
    });
    expect(await ready(world)).toEqual(["tt-b"]);
  });

  test("what an untrusted import releases waits for a person instead", async () => {
    using world = await initialized();
    const closed = row({ id: "tt-a", status: "closed", closed_at: "2026-01-01T00:00:00Z" });
    await world.bd(["import", "-", "--trust"], { stdin: closed });
    await world.bd(["import", "-", "--trust"], { stdin: bad + waits });
    expect(await world.json(["import", "-"], { stdin: closed })).toMatchObject({ untrusted: ["tt-b"] });
    expect(await ready(world)).toEqual([]);
    expect(await world.json(["blocked"])).toMatchObject([
      { id: "tt-b", holds: [{ kind: "untrusted", what: ["dependencies"] }] },
    ]);
    await ok(world, "update", "tt-b", "--trust");
    expect(await ready(world)).toEqual(["tt-b"]);
  });

  test("an export keeps its holds about dependencies in any importing home", async () => {
    using world = await initialized();
    const closed = row({ id: "tt-a", status: "closed", closed_at: "2026-01-01T00:00:00Z" });
    await world.bd(["import", "-", "--trust"], { stdin: closed });
    await world.bd(["import", "-", "--trust"], { stdin: bad + waits });
    using other = await initialized();
    await other.bd(["import", "-"], { stdin: await ok(world, "export") });
    expect(await other.json(["blocked"])).toMatchObject([
      { id: "tt-b", holds: [{ kind: "dropped" }, { kind: "untrusted" }] },
    ]);
    await ok(other, "update", "tt-b", "--trust");
    expect(await ready(other)).toEqual([]);
  });

  test("dep remove drops the edge to what is missing; doctor --fix does, but for another prefix's", async () => {
    using world = await initialized();
    await world.bd(["import", "-", "--trust"], {
      stdin: waits + row({ id: "tt-c", dependencies: [on("tt-c", "zz-9"), on("tt-c", "tt-gone")] }),
    });
    expect(await ok(world, "dep", "remove", "tt-b", "tt-a")).toContain("tt-b");
    expect(await ready(world)).toEqual(["tt-b"]);
    await ok(world, "doctor", "--fix", "--yes");
    expect(await world.json(["blocked"])).toMatchObject([{ id: "tt-c", blocked_by: ["zz-9"] }]);
    await ok(world, "dep", "remove", "tt-c", "zz-9");
    expect(await ready(world)).toEqual(["tt-b", "tt-c"]);
  });

  test("dep remove says what was not there, and refuses where only the other way round is; unrelate leaves what holds", async () => {
    using world = await initialized();
    for (const id of ["tt-a", "tt-b", "tt-c"]) await ok(world, "create", id, "--id", id);
    await ok(world, "dep", "add", "tt-b", "tt-a");
    await ok(world, "dep", "relate", "tt-b", "tt-c");
    expect(await ok(world, "dep", "remove", "tt-a", "tt-c")).toBe(
      "tt-a (tt-a) does not depend on tt-c (tt-c): nothing to remove\n",
    );
    expect(await world.json(["dep", "remove", "tt-a", "tt-c"])).toMatchObject({ status: "absent" });
    const turned = await world.bd(["dep", "remove", "tt-a", "tt-b"]);
    expect(turned).toMatchObject({ exit: 1, stdout: "" });
    expect(turned.stderr).toContain("tt-b depends on tt-a\nHint: fleet bd dep remove tt-b tt-a\n");
    expect(await ok(world, "dep", "unrelate", "tt-a", "tt-b")).toContain("nothing to remove");
    expect(await world.json(["dep", "unrelate", "tt-b", "tt-c"])).toMatchObject({ unrelated: true });
    expect(await world.json(["dep", "list", "tt-b"])).toMatchObject([{ id: "tt-a" }]);
    expect(await world.json(["dep", "list", "tt-c"])).toEqual([]);
  });

  test("the row that closes a loop is refused with its place, and what waits for it is held", async () => {
    using world = await initialized();
    const p = row({ id: "tt-p", dependencies: [on("tt-p", "tt-k")] });
    const k = row({ id: "tt-k", dependencies: [on("tt-k", "tt-p", "parent-child")] });
    const { exit, stderr } = await world.bd(["import", "-", "--trust"], { stdin: p + row({ id: "tt-x" }) + k });
    expect(exit).toBe(1);
    expect(stderr).toMatch(/Error: line 3: .* its dependencies would close a cycle: /);
    expect(await ids(world, "list", "--all")).toEqual(["tt-p", "tt-x"]);
    expect(await blocked(world)).toEqual(["tt-p"]);
  });
});

describe("loops", () => {
  const mixed = async (): Promise<World> => {
    const world = await initialized();
    for (const id of ["tt-p", "tt-x"]) await ok(world, "create", id, "--id", id);
    await ok(world, "create", "K", "--parent", "tt-p");
    await ok(world, "create", "K2", "--parent", "tt-p.1");
    return world;
  };
  const refused: readonly [what: string, argv: readonly string[], stdin?: string][] = [
    ["dep add", ["dep", "add", "tt-p", "tt-p.1.1"]],
    ["dep --blocks", ["dep", "tt-p.1", "--blocks", "tt-p"]],
    ["link", ["link", "tt-p", "tt-p.1"]],
    ["batch", ["batch"], "dep add tt-p tt-x\ndep add tt-x tt-p.1.1\n"],
    ["create --parent --deps", ["create", "N", "--parent", "tt-p", "--deps", "blocks:tt-p"]],
    ["update --parent", ["update", "tt-p", "--parent", "tt-p.1.1"]],
    ["create in between", ["create", "N", "--deps", "tt-p.1.1,blocks:tt-p"]],
  ];
  test.each(refused)("%s is refused where a parent would wait for its own descendant", async (_what, argv, stdin) => {
    using world = await mixed();
    const before = await ids(world, "list", "--all");
    const { exit, stderr } = await world.bd(argv, stdin === undefined ? {} : { stdin });
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringMatching(/would create a cycle/) });
    expect(await ids(world, "list", "--all")).toEqual(before);
    expect(await world.json(["graph", "check"])).toMatchObject({ clean: true });
  });
});

describe("what takes the place of another", () => {
  const pair = async (): Promise<World> => {
    const world = await initialized();
    for (const id of ["tt-a", "tt-b"]) await ok(world, "create", "Same", "--id", id, "-d", "text");
    await ok(world, "create", "X", "--id", "tt-x", "--deps", "tt-a");
    await ok(world, "create", "Kid", "--id", "tt-k");
    await ok(world, "update", "tt-k", "--parent", "tt-a");
    return world;
  };
  test.each<[what: string, argv: readonly string[]]>([
    ["duplicate", ["duplicate", "tt-a", "--of", "tt-b"]],
    ["supersede", ["supersede", "tt-a", "--with", "tt-b"]],
  ])("%s: what waited for the one waits for the other", async (_what, argv) => {
    using world = await pair();
    expect(await world.json(argv)).toMatchObject({ moved: ["tt-k", "tt-x"] });
    expect(await ready(world)).toEqual(["tt-b", "tt-k"]);
    expect(await world.json(["show", "tt-k"])).toMatchObject([{ parent: "tt-b" }]);
    await ok(world, "close", "tt-b");
    expect(await ready(world)).toEqual(["tt-k", "tt-x"]);
  });

  test("duplicates --auto-merge: what waited for any of them waits for the one that stays", async () => {
    using world = await initialized();
    for (const id of ["tt-a", "tt-b"]) await ok(world, "create", "Same", "--id", id);
    for (const [id, on1] of [
      ["tt-x", "tt-a"],
      ["tt-y", "tt-a"],
      ["tt-z", "tt-b"],
    ] as const)
      await ok(world, "create", id, "--id", id, "--deps", on1);
    expect(await world.json(["duplicates", "--auto-merge"])).toMatchObject({
      merge_results: [{ target: "tt-a", closed: ["tt-b"], moved: ["tt-z"] }],
    });
    expect(await ready(world)).toEqual(["tt-a"]);
    expect(await blocked(world)).toEqual(["tt-x", "tt-y", "tt-z"]);
  });

  test("what would wait for itself by that is refused, and nothing is changed", async () => {
    using world = await pair();
    await ok(world, "dep", "add", "tt-b", "tt-x");
    const { exit, stderr } = await world.bd(["duplicate", "tt-a", "--of", "tt-b"]);
    expect(exit).toBe(1);
    expect(stderr).toContain("would create a cycle");
    expect(await world.json(["show", "tt-a"])).toMatchObject([{ status: "open" }]);
  });

  test("equal tasks of different directories, coders or checks are not duplicates; with different PATHs they are", async () => {
    using world = await initialized();
    mkdirSync(join(world.dir, "other"));
    const same = ["create", "Update deps", "-d", "npm update"];
    await ok(world, ...same, "--id", "tt-1");
    await world.bd([...same, "--id", "tt-2"], { cwd: join(world.dir, "other"), env: { FLEET_HOME: world.fleetHome } });
    for (const [id, flag, value] of [
      ["tt-3", "--model", "m"],
      ["tt-4", "--check", "true"],
      ["tt-5", "--deny", "x"],
      ["tt-6", "--allow", "x"],
    ] as const)
      await ok(world, ...same, "--id", id, flag, value);
    expect(await world.json(["duplicates", "--auto-merge"])).toMatchObject({ duplicate_groups: 0 });
    await world.bd([...same, "--id", "tt-7"], { env: { PATH: `${process.env["PATH"] ?? ""}:/nowhere` } });
    expect(await world.json(["duplicates"])).toMatchObject({ groups: [{ issues: [{ id: "tt-1" }, { id: "tt-7" }] }] });
  });
});

test("delete needs --force, says whom it releases, and lists them with --json", async () => {
  using world = await initialized();
  await ok(world, "create", "A", "--id", "tt-a");
  for (const id of ["tt-x", "tt-y"]) await ok(world, "create", id, "--id", id, "--deps", "tt-a");
  await ok(world, "dep", "add", "tt-y", "tt-x");
  const preview = await ok(world, "delete", "tt-a");
  expect(preview).toContain("Tasks that nothing holds up any more after that: tt-x. Deleting needs --force.");
  expect(await world.json(["delete", "tt-a", "--dry-run"])).toMatchObject({ would_release: ["tt-x"] });
  expect(await ready(world)).toEqual(["tt-a"]);
  expect(await world.json(["delete", "tt-a", "--force"])).toMatchObject({ deleted: "tt-a", released: ["tt-x"] });
  expect(await ready(world)).toEqual(["tt-x"]);
  expect(await ok(world, "delete", "tt-x", "--force")).toContain("Released: tt-y");
});

describe("export", () => {
  test("includes gates, templates and ephemeral issues only if others wait for them", async () => {
    using world = await initialized();
    const text = [
      row({ id: "tt-gate", issue_type: "gate" }),
      row({ id: "tt-rel", dependencies: [on("tt-rel", "tt-gate")] }),
      row({ id: "tt-tpl", is_template: true }),
      row({ id: "tt-a", dependencies: [on("tt-a", "tt-tpl")] }),
      row({ id: "tt-eph", ephemeral: true, dependencies: [on("tt-eph", "tt-msg")] }),
      row({ id: "tt-msg", issue_type: "message" }),
      row({ id: "tt-b", dependencies: [on("tt-b", "tt-eph")] }),
      row({ id: "tt-pin", status: "pinned" }),
      row({ id: "tt-other", issue_type: "message" }),
      row({ id: "tt-loose", ephemeral: true }),
    ].join("");
    expect((await world.bd(["import", "-", "--trust"], { stdin: text })).exit).toBe(0);
    const exported = await ok(world, "export");
    for (const id of ["tt-gate", "tt-tpl", "tt-eph", "tt-msg", "tt-pin"]) expect(exported).toContain(`"id":"${id}"`);
    for (const id of ["tt-other", "tt-loose"]) expect(exported).not.toContain(id);
    using other = await initialized();
    await other.bd(["import", "-", "--trust"], { stdin: exported });
    expect(await ready(other)).toEqual(await ready(world));
  });

  const issue = fc.record({
    type: fc.constantFrom("task", "task", "task", "epic", "gate", "message", "molecule"),
    status: fc.constantFrom("open", "open", "open", "closed", "blocked", "pinned", "tombstone"),
    ephemeral: fc.constantFrom(false, false, true),
    template: fc.constantFrom(false, false, false, true),
    pinned: fc.constantFrom(false, false, false, true),
    edges: fc.array(
      fc.tuple(
        fc.nat(9),
        fc.constantFrom("blocks", "conditional-blocks", "waits-for", "parent-child", "related"),
        fc.boolean(),
      ),
      { maxLength: 3 },
    ),
  });
  const homes = fc.array(issue, { minLength: 3, maxLength: 8 }).map((issues) =>
    issues.map(({ type, status, ephemeral, template, pinned, edges }, at) => {
      const id = `tt-${at}`;
      const own = new Map(
        edges
          .filter(([to]) => to !== at)
          .map(([to, kind, any]) => [
            to,
            { ...Object(on(id, `tt-${to}`, kind)), metadata: any ? '{"gate":"any-children"}' : "{}" },
          ]),
      );
      const closed = status === "closed" ? { closed_at: "2026-01-01T00:00:00Z" } : {};
      const gone =
        status === "tombstone" ? { deleted_at: "2026-01-01T00:00:00Z" } : { dependencies: [...own.values()] };
      return row({ id, issue_type: type, status, ephemeral, pinned, is_template: template, ...closed, ...gone });
    }),
  );
  test("a round trip into an empty home keeps what is ready and what is blocked, in bd's form and in br's", async () => {
    await fc.assert(
      fc.asyncProperty(homes, fc.constantFrom("bd", "br"), async (rows, format) => {
        using world = await initialized();
        await world.bd(["import", "-", "--trust"], { stdin: rows.join("") });
        using other = await initialized();
        const exported = await ok(world, "export", "--format", format);
        await other.bd(["import", "-", "--trust"], { stdin: exported });
        expect(await ready(other)).toEqual(await ready(world));
        const isThere = (id: string): boolean => exported.includes(`"id":"${id}"`);
        expect(await blocked(other)).toEqual((await blocked(world)).filter(isThere));
      }),
      { numRuns: runs(5, 40) },
    );
  }, 120_000);
});
