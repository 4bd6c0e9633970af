/** Ways in and out: every form, nothing lost, the newer wins by field, and a second time changes nothing. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Store } from "@fleet/store/store";

import { printable } from "@fleet/kit/printable";
import { isBlank } from "@fleet/kit/text";
import { runs } from "../../../kit/test/runs.ts";
import { initialized, inZone, makeWorld, type World } from "./world.ts";
import { anyCharacter } from "../../../kit/test/characters.ts";

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../../../../fixtures/import", name), "utf8");
const tip = (world: World): string => new Store(world.fleetHome).tip();
const lines = (text: string): unknown[] =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const value: unknown = JSON.parse(line);
      return value;
    });
/** -0 is 0 there. */
function throughJson(value: unknown): unknown {
  const back: unknown = JSON.parse(JSON.stringify(value));
  return back;
}
const row = (fields: Record<string, unknown>): string =>
  `${JSON.stringify({ title: "T", status: "open", priority: 2, issue_type: "task", created_at: "2026-01-01T00:00:00Z", ...fields })}\n`;
const show = async (world: World, id: string): Promise<unknown> => {
  const shown = await world.json(["show", id]);
  return Array.isArray(shown) ? shown[0] : undefined;
};
const from = async (world: World, text: string, ...flags: string[]): Promise<unknown> =>
  await world.json(["import", "-", ...flags], { stdin: text });

describe("round trips", () => {
  test("bd → fleet → bd: every field, byte for byte", async () => {
    using world = await initialized();
    expect(await from(world, fixture("bd.jsonl"))).toMatchObject({
      created: 2,
      skipped: 0,
      memories: 1,
      source: "stdin",
      dangling_dependencies: ["tt-full -> zz-elsewhere"],
    });
    const { stdout } = await world.bd(["export", "--all"]);
    expect(lines(stdout)).toEqual(lines(fixture("bd.jsonl")).slice(1));
    expect((await world.bd(["export", "--all"])).stdout).toBe(stdout);
    const before = tip(world);
    expect(await from(world, fixture("bd.jsonl"))).toMatchObject({ created: 0, skipped: 2 });
    expect(await from(world, stdout)).toMatchObject({ created: 0, skipped: 2 });
    expect(tip(world)).toBe(before);
  });

  test("br → fleet → br: nanoseconds, numbers of comments, tombstones", async () => {
    using world = await initialized();
    expect(await from(world, fixture("br.jsonl"))).toMatchObject({ created: 2, tombstones: ["zz-c3"] });
    const { stdout } = await world.bd(["export", "--format", "br"]);
    // br's labels are a set; the store keeps them as they came.
    expect(lines(stdout)).toEqual(lines(fixture("br.jsonl")));
    expect(stdout.split("\n")[0]).toBe(fixture("br.jsonl").split("\n")[0]);
    const before = tip(world);
    expect(await from(world, fixture("br.jsonl"))).toMatchObject({ created: 0 });
    expect(await from(world, stdout)).toMatchObject({ created: 0 });
    expect(tip(world)).toBe(before);
    // A deleted id is never given again.
    expect((await world.bd(["create", "x", "--id", "zz-c3", "--force"])).stderr).toContain("already exists");
  });

  test("any fields", async () => {
    using world = await initialized();
    let n = 0;
    // What is blank says nothing, and is not kept.
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter((value) => !isBlank(value));
    const seconds = fc
      .integer({ min: 1_600_000_000, max: 1_900_000_000 })
      .map((at) => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`);
    const fields = fc.record(
      {
        title: text,
        priority: fc.integer({ min: 0, max: 4 }),
        description: text,
        notes: text,
        spec_id: text,
        assignee: text,
        estimated_minutes: fc.integer({ min: 1, max: 9999 }),
        due_at: seconds,
        metadata: fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => !["fleet", "cwd", "path", "__proto__"].includes(key)),
          fc.jsonValue(),
          { minKeys: 1 },
        ),
        labels: fc
          .uniqueArray(text, { minLength: 1, maxLength: 3 })
          .map((labels) => labels.sort((a, b) => (a < b ? -1 : 1))),
        pinned: fc.constant(true),
        waiters: fc.array(text, { minLength: 1 }),
        some_other_field: fc
          .jsonValue()
          .filter((value) => value !== null && !(typeof value === "string" && isBlank(value))),
      },
      { requiredKeys: ["title", "priority"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fields, { minLength: 1, maxLength: 5 }), async (rows) => {
        const given = rows.map((each) => ({
          id: `tt-p${n++}`,
          status: "open",
          issue_type: "task",
          created_at: "2026-01-01T00:00:00Z",
          updated_at: "2026-01-01T00:00:00Z",
          ...each,
        }));
        await from(world, given.map((each) => JSON.stringify(each)).join("\n"));
        const out = lines((await world.bd(["export"])).stdout);
        for (const each of given) {
          const back = out.find((line) => JSON.stringify(line).includes(`"id":${JSON.stringify(each.id)},`));
          expect(back).toEqual({
            _type: "issue",
            dependency_count: 0,
            dependent_count: 0,
            comment_count: 0,
            ...Object.fromEntries(Object.entries(each).map(([name, value]) => [name, throughJson(value)])),
          });
        }
      }),
      { numRuns: runs(4, 50) },
    );
  }, 120_000);
});

describe("the newer wins, by field", () => {
  const created = Date.parse("2026-01-01T00:00:00Z");
  const hour = 3_600_000;
  const at = (hours: number): { readonly now: number } => ({ now: created + hours * hour });
  const time = (hours: number): string => new Date(created + hours * hour).toISOString();

  test("an older file still brings what was edited later there than here", async () => {
    using world = await initialized();
    await world.bd(["create", "Old title", "--id", "tt-a", "-d", "old"], at(0));
    await world.bd(["update", "tt-a", "--description", "at 1"], at(1));
    await world.bd(["update", "tt-a", "--title", "at 5"], at(5));
    // At 3: both were changed there.
    const stale = row({ id: "tt-a", title: "at 3", description: "at 3", updated_at: time(3) });
    expect(await from(world, stale)).toMatchObject({ created: 1, ids: ["tt-a"] });
    expect(await show(world, "tt-a")).toMatchObject({ title: "at 5", description: "at 3" });
    expect(await from(world, stale)).toMatchObject({ created: 0, stale_skipped_ids: ["tt-a"] });
    // At 2 description was something else still: it is older than what came at 3.
    await from(world, row({ id: "tt-a", title: "x", description: "at 2", updated_at: time(2) }));
    expect(await show(world, "tt-a")).toMatchObject({ title: "at 5", description: "at 3" });
  });

  test("a newer file replaces, and takes out what it lacks; comments and what bd has no field for stay", async () => {
    using world = await initialized();
    await from(world, row({ id: "tt-a", description: "d", labels: ["a", "b"], source_repo: "r", updated_at: time(1) }));
    await world.bd(["comment", "tt-a", "mine"], at(1));
    await from(
      world,
      row({ id: "tt-a", title: "New", labels: ["b", "c"], updated_at: time(2), status: "closed", closed_at: time(2) }),
    );
    const shown = await show(world, "tt-a");
    expect(shown).toMatchObject({ title: "New", labels: ["b", "c"], status: "closed", comments: [{ text: "mine" }] });
    expect(shown).not.toHaveProperty("description");
    expect((await world.bd(["export", "--format", "br"])).stdout).toContain('"source_repo":"r"');
  });

  test("the second file counts, whatever the clock said when the first was imported", async () => {
    using world = await initialized();
    for (const [n, title] of [
      [1, "one"],
      [2, "two"],
      [3, "three"],
    ] as const) {
      await world.json(["import", "-"], { ...at(1000), stdin: row({ id: "tt-a", title, updated_at: time(n) }) });
      expect(await show(world, "tt-a")).toMatchObject({ title });
    }
  });

  test("comments of both; a number that br gave twice is two comments", async () => {
    using world = await initialized();
    const comment = (text: string): object => ({ id: 7, author: "z", text, created_at: time(1) });
    for (const text of ["one", "two", "two", "one"])
      await from(world, row({ id: "tt-a", updated_at: time(1), comments: [comment(text)] }));
    expect(await show(world, "tt-a")).toMatchObject({ comment_count: 2 });
  });

  test("a deletion comes with the file, unless the issue was changed here since", async () => {
    using world = await initialized();
    const dead = { status: "tombstone", deleted_at: time(2), updated_at: time(2) };
    await from(world, row({ id: "tt-a", updated_at: time(1) }) + row({ id: "tt-b", updated_at: time(1) }));
    await world.bd(["update", "tt-b", "--status", "in_progress"], at(3));
    expect(await from(world, row({ id: "tt-a", ...dead }) + row({ id: "tt-b", ...dead }))).toMatchObject({
      created: 0,
      tombstones: ["tt-a"],
      stale_skipped_ids: ["tt-b"],
    });
    expect((await world.bd(["show", "tt-a"])).exit).toBe(1);
    // What was deleted here stays so, until somebody edits it elsewhere.
    expect(await from(world, row({ id: "tt-a", updated_at: time(1) }))).toMatchObject({ stale_skipped_ids: ["tt-a"] });
    expect(await from(world, row({ id: "tt-a", updated_at: time(4) }))).toMatchObject({ created: 1 });
  });
});

describe("bad lines", () => {
  const text = `${row({ id: "tt-1", updated_at: "2026-01-01T00:00:00Z" })}{"id":"tt-2",\n[]\n${row({ id: "bad id" })}${row({ id: "tt-3", title: "" })}${row({ id: "tt-4", priority: 9 })}${row({ id: "TT-1" })}{"_type":"memory","key":"k"}\n{"_type":"wormhole","id":"w"}\n\n${row({ id: "tt-5" })}`;

  test("each is named with its number, and stops nothing else", async () => {
    using world = await initialized();
    const { exit, stdout, stderr } = await world.bd(["import", "-", "--json"], { stdin: text });
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ created: 2, ids: ["tt-1", "tt-5"], bad_lines: { length: 7 } });
    for (const number of [2, 3, 4, 5, 6, 7, 8]) expect(stderr).toContain(`Error: line ${number}: `);
    expect(stderr).toContain('Warning: line 9: a record of the type "wormhole"');
  });

  test.each([
    ["defer_until", '"defer_until":"soon"'],
    ["due_at", '"due_at":"2026-02-30T10:00:00Z"'],
    ["started_at", '"started_at":"12"'],
    ["closed_at", '"closed_at":"next 5"'],
    ["updated_at", '"updated_at":"2026-01-01T25:00:00Z"'],
    ["dependencies[0].created_at", '"dependencies":[{"depends_on_id":"tt-2","created_at":"then"}]'],
    ["comments[0].created_at", '"comments":[{"id":"c","text":"t","created_at":"now"}]'],
  ])("a row whose %s is not a time is a bad row, named with its place", async (place, field) => {
    using world = await initialized();
    const rows = `{"id":"tt-1","title":"bad",${field}}\n{"id":"tt-2","title":"good"}\n`;
    const { exit, stdout } = await world.bd(["import", "-", "--json"], { stdin: rows });
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ids: ["tt-2"],
      bad_lines: [expect.stringContaining(`line 1: validation failed for issue tt-1: ${place} is not a time`)],
    });
  });

  test.each(["UTC", "America/New_York", "Asia/Kolkata"])(
    "a time without an offset is UTC in a file that is read in %s",
    async (zone) => {
      using world = await initialized();
      const row =
        '{"id":"tt-1","title":"t","created_at":"2026-01-01 10:00:00","defer_until":"2099-01-15T10:00:00.5"}\n';
      await inZone(zone, async () => await world.bd(["import", "-"], { stdin: row }));
      expect(await world.json(["list"])).toMatchObject([
        { created_at: "2026-01-01T10:00:00Z", defer_until: "2099-01-15T10:00:00Z" },
      ]);
    },
  );

  test("--strict: nothing is imported; only bad lines: it failed", async () => {
    using world = await initialized();
    const strict = await world.bd(["import", "-", "--strict"], { stdin: text });
    expect(strict).toMatchObject({ exit: 1, stdout: "" });
    expect(strict.stderr).toContain("line 2:");
    expect(await world.json(["list"])).toEqual([]);
    expect(await world.bd(["import", "-"], { stdin: "nonsense\n" })).toMatchObject({ exit: 1 });
    expect(await world.bd(["import", "-"], { stdin: "" })).toMatchObject({ exit: 0 });
  });

  test("fuzzed lines: no stack trace, and every line is an issue, a memory, or named", async () => {
    using world = await initialized();
    const key = fc.constantFrom(
      "id",
      "title",
      "status",
      "priority",
      "labels",
      "comments",
      "dependencies",
      "metadata",
      "updated_at",
      "_type",
      "key",
      "value",
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        "tt-a",
        "tt-b",
        "issue",
        "memory",
        "open",
        "tombstone",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.123456789+02:00",
      ),
    );
    const line = fc.oneof(
      fc.dictionary(key, value, { maxKeys: 6 }).map((fields) => JSON.stringify({ title: "t", ...fields })),
      fc.json(),
      fc.string({ unit: anyCharacter, maxLength: 30 }).map((raw) => raw.replaceAll("\n", " ")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (given) => {
        const { exit, stdout, stderr } = await world.bd(["import", "-", "--json"], { stdin: given.join("\n") });
        expect([0, 1]).toContain(exit);
        expect(stderr).not.toMatch(/\n\s+at .+:\d+:\d+|TypeError|RangeError/);
        const answer: {
          created: number;
          skipped: number;
          memories?: number;
          tombstones?: string[];
          bad_lines?: string[];
        } = JSON.parse(stdout);
        const named = (answer.bad_lines ?? []).length + (stderr.match(/passed over/g) ?? []).length;
        const judged = given.filter((raw) => raw.trim() !== "" && !raw.includes('"_schema"')).length;
        const taken = answer.created + answer.skipped + (answer.memories ?? 0) + (answer.tombstones ?? []).length;
        // Lines of one id are one issue, memories of one key one memory.
        expect(taken + named).toBeLessThanOrEqual(judged);
        if (taken === 0) expect(named).toBe(judged);
      }),
      { numRuns: runs(12, 300) },
    );
  }, 120_000);
});

describe("sources", () => {
  test("a directory with .beads, and that directory itself", async () => {
    using world = await initialized();
    world.file("p/.beads/issues.jsonl", row({ id: "tt-a" }));
    world.file(".beads/issues.jsonl", row({ id: "tt-b" }));
    expect(await world.json(["import", "p"])).toMatchObject({ created: 1, ids: ["tt-a"] });
    expect(await world.json(["import", "p/.beads"])).toMatchObject({ created: 0 });
    expect(await world.json(["import"])).toMatchObject({ created: 1, ids: ["tt-b"] });
    world.file("q/.beads/metadata.json", "{}");
    expect((await world.bd(["import", "q"])).stderr).toContain("bd import --from-bd q");
    expect(await world.bd(["import", "nofile"])).toMatchObject({ exit: 1, stdout: "" });
  });

  test("a plan in markdown, again when it has changed", async () => {
    using world = await initialized();
    const file = world.file("plan.md", fixture("plan.md"));
    expect(await world.json(["import", "plan.md"])).toMatchObject({ created: 2 });
    const all: unknown = await world.json(["list", "--sort", "title"]);
    expect(all).toMatchObject([
      { title: "Build on it", issue_type: "task", description: expect.stringContaining("## not a title") },
      {
        title: "Lay the ground",
        priority: 1,
        issue_type: "feature",
        labels: ["base", "ground"],
        description: "First of all.",
      },
    ]);
    expect(await world.json(["import", "plan.md"])).toMatchObject({ created: 0, skipped: 2 });
    const ids = Array.isArray(all) ? all.map((issue: { id: string }) => issue.id) : [];
    await world.bd(["update", ids[1] ?? "", "--claim"]);
    world.file("plan.md", fixture("plan.md").replace("First of all.", "First of all, really."));
    const later = new Date(Date.now() + 60_000);
    utimesSync(file, later, later);
    expect(await world.json(["import", "plan.md"])).toMatchObject({ created: 1, ids: [ids[1]] });
    expect(await show(world, ids[1] ?? "")).toMatchObject({
      description: "First of all, really.",
      status: "in_progress",
    });
  });

  test("another home: its tip, in full, without its attempts", async () => {
    using world = await initialized();
    using other = await initialized();
    await other.bd(["create", "A", "--id", "tt-a", "--coder", "shell"]);
    await other.bd(["create", "B", "--id", "tt-b"]);
    await other.bd(["remember", "a thing", "--key", "k"]);
    await other.bd(["delete", "tt-b", "--force"]);
    expect(await world.json(["import", other.fleetHome, "--trust"])).toMatchObject({
      created: 1,
      memories: 1,
      tombstones: ["tt-b"],
    });
    expect(await show(world, "tt-a")).toMatchObject({ metadata: { cwd: other.dir, coder: "shell" } });
    expect(await world.json(["import", other.fleetHome, "--trust"])).toMatchObject({ created: 0 });
    await other.bd(["update", "tt-a", "--title", "A2"], { now: Date.now() + 5000 });
    await world.bd(["update", "tt-a", "--priority", "0"], { now: Date.now() + 9000 });
    expect(await world.json(["import", other.fleetHome, "--trust"])).toMatchObject({ created: 1 });
    expect(await show(world, "tt-a")).toMatchObject({ title: "A2", priority: 0 });
    expect((await world.bd(["import", world.fleetHome])).stderr).toContain("is this home");
  });

  test("--from-bd asks the bd that is installed, not ours", async () => {
    using world = await initialized();
    const bd = world.file(
      "bin/bd",
      `#!/bin/sh\n[ "$1 $2" = "export --all" ] || exit 1\n[ -z "$FLEET_HOME" ] || exit 2\ncat issues\n`,
    );
    chmodSync(bd, 0o755);
    const ours = world.file("ours/bd", '#!/bin/sh\nexec node fleet.js bd "$@"\n');
    chmodSync(ours, 0o755);
    world.file("p/issues", row({ id: "tt-a" }));
    const PATH = `${world.dir}/ours:${world.dir}/bin:${process.env["PATH"]}`;
    expect(await world.json(["import", "--from-bd", "p"], { env: { PATH } })).toMatchObject({ created: 1 });
    expect((await world.bd(["import", "--from-bd", "."], { env: { PATH } })).stderr).toContain("bd export in . failed");
  });

  test("--dry-run says what would be, and does nothing; --dedup", async () => {
    using world = makeWorld();
    const stdin = row({ id: "tt-a", title: "Same" }) + row({ title: "other" });
    expect(await from(world, stdin, "--dry-run")).toMatchObject({ created: 2, dry_run: true });
    expect(existsSync(world.fleetHome)).toBe(false);
    await world.bd(["create", "same"]);
    expect(await from(world, stdin, "--dedup")).toMatchObject({ created: 1, skipped: 1, dedup_skipped: 1 });
    expect(await from(world, stdin, "--dry-run")).toMatchObject({ created: 1, skipped: 1, dry_run: true });
  });

  const count = runs(4_000, 100_000);
  test(`${count} issues in one commit, well under a minute for 100 000, with a bar on a terminal`, async () => {
    using world = await initialized();
    const text = Array.from({ length: count }, (_, n) =>
      row({
        id: `tt-n${n}`,
        updated_at: "2026-01-01T00:00:00Z",
        description: "some words on it",
        labels: ["a"],
        ...(n % 50 === 0 ? {} : { status: "closed", closed_at: "2026-01-01T00:00:00Z" }),
      }),
    ).join("");
    // Of CPU, which another process on the machine does not make longer.
    const started = process.cpuUsage();
    const { exit, stderr } = await world.bd(["import", "-"], { stdin: text, terminal: true });
    const { user, system } = process.cpuUsage(started);
    const took = Math.round((user + system) / 1_000);
    expect(exit).toBe(0);
    expect(printable(stderr)).toMatch(/\[GReading █+░* +\d+ % of/);
    expect(stderr).toContain(`Imported ${count} issues`);
    expect(took).toBeLessThan(0.6 * count);
    const log = execFileSync("git", ["--git-dir", join(world.fleetHome, ".git"), "rev-list", "--count", "main"], {
      encoding: "utf8",
    });
    expect(Number(log)).toBe(2);
    // Again, of a home that has so many.
    const some = text.split("\n").slice(0, 1_000).join("\n");
    expect(await from(world, some)).toMatchObject({ created: 0, skipped: 1_000 });
    process.stdout.write(`import of ${count}: ${took} ms of CPU\n`);
  }, 120_000);
});

describe("export --watch", () => {
  test("writes when the tip has moved, and ends when it is interrupted", async () => {
    using world = await initialized();
    const { runBd } = await import("../../src/bd/bd.ts");
    const end = new AbortController();
    const file = join(world.dir, "out.jsonl");
    const running = runBd(["export", "--watch", "-o", file, "--interval", "1"], {
      cwd: world.dir,
      env: { PATH: process.env["PATH"], HOME: world.home, FLEET_HOME: world.fleetHome },
      out: () => undefined,
      exact: () => undefined,
      err: () => undefined,
      stdin: async () => Buffer.alloc(0),
      isTerminal: { stdin: false, stdout: false, stderr: false },
      now: () => Date.now(),
      interrupted: end.signal,
    });
    await world.bd(["create", "A", "--id", "tt-a"]);
    await expect
      .poll(() => (existsSync(file) ? readFileSync(file, "utf8") : ""), { timeout: 10_000 })
      .toContain("tt-a");
    end.abort();
    expect(await running).toBe(0);
  }, 120_000);
});
