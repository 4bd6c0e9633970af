import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import { Store } from "@fleet/store/store";
import { withRecord } from "@fleet/store/fleet-record";

import { initialized, makeWorld, type World } from "./world.ts";

type Shape = Record<string, unknown>;
const NOW = Date.parse("2026-03-11T10:30:15.678Z");

function only(value: unknown): Shape {
  if (!Array.isArray(value) || value.length !== 1) throw new Error(`not one: ${JSON.stringify(value)}`);
  const [one]: unknown[] = value;
  if (typeof one !== "object" || one === null) throw new Error("not an object");
  return { ...one };
}

const show = async (world: World, id: string): Promise<Shape> => only(await world.json(["show", id]));

/** Writes fleet's record on an issue, as the supervisor does. */
async function hold(world: World, id: string, uuid: string): Promise<void> {
  const store = new Store(world.fleetHome);
  await store.transact({ actor: "test", now: Date.now(), uuid: () => "" }, (snapshot) => {
    const issue = snapshot.issue(id);
    if (issue === undefined) throw new Error(id);
    const held = withRecord({ ...issue, status: "in_progress", assignee: "claude/7f3a" }, { attempt: { n: 1, uuid } });
    return { kind: "commit", event: "claim", subject: id, issues: [held], result: undefined };
  });
}

describe("a verb without an id", () => {
  test("in an attempt means its own task, even if others touched another", async () => {
    using world = await initialized();
    await world.bd(["create", "mine", "--id", "tt-own"]);
    await world.bd(["create", "another's", "--id", "tt-other"]);
    await hold(world, "tt-own", "a-1");
    await world.bd(["show", "tt-other"]);
    const inside = { env: { FLEET_ATTEMPT_ID: "a-1", FLEET_TASK_ID: "tt-own", BEADS_ACTOR: "claude/7f3a" } };
    await world.bd(["show", "tt-other"], inside);
    expect(only(await world.json(["update", "--notes", "n"], inside))["id"]).toBe("tt-own");
    expect(only(await world.json(["show", "--current"], inside))["id"]).toBe("tt-own");
    expect(only(await world.json(["update", "--notes", "n"]))["id"]).toBe("tt-other");
  });

  test("means what the same actor last touched from the same directory", async () => {
    using world = await initialized();
    await world.bd(["create", "first", "--id", "tt-first"]);
    const elsewhere = { cwd: world.root };
    const somebody = { env: { BEADS_ACTOR: "somebody" } };
    expect(await world.bd(["close"], elsewhere)).toMatchObject({ exit: 1 });
    expect(await world.bd(["close"], somebody)).toMatchObject({ exit: 1 });
    for (const options of [elsewhere, somebody]) await world.bd(["create", "theirs"], options);
    expect(only(await world.json(["close"]))["id"]).toBe("tt-first");
  });

  test("means the last one shown, which is written down when it changes, and not each time", async () => {
    using world = await initialized();
    for (const id of ["tt-a", "tt-b"]) await world.bd(["create", "A", "--id", id]);
    const directory = join(world.fleetHome, "run", "touched");
    const files = (): string[] => readdirSync(directory).map((name) => String(statSync(join(directory, name)).ino));
    await world.bd(["show", "tt-a"]);
    const first = files();
    await world.bd(["show", "tt-a"]);
    expect(files()).toEqual(first);
    await world.bd(["show", "tt-b"]);
    expect(files()).not.toEqual(first);
    expect(only(await world.json(["show", "--current"]))["id"]).toBe("tt-b");
  });
});

describe("titles and texts", () => {
  test.each([
    "quotes \" and ' and `",
    "two\nlines\tand a tab",
    "emoji 🚀 café 日本語",
    "$(rm -rf /) %s \\n <b>&amp;",
    "  spaces around  ",
    "x".repeat(500),
  ])("%j survives", async (title) => {
    using world = await initialized();
    const made = await world.json(["create", title]);
    expect(made).toMatchObject({ title });
    const listed = await world.json(["list"]);
    expect(only(listed)["title"]).toBe(title);
    for (const argv of [
      ["list"],
      ["list", "--flat"],
      ["ready"],
      ["ready", "--plain"],
      ["search", title.trim().slice(0, 4)],
    ]) {
      const lines = (await world.bd(argv)).stdout.split("\n").filter((line) => line.includes("tt-"));
      expect(lines).toHaveLength(1);
    }
  });

  test("a title with a dash in front is taken by --title, and behind -- it is asked about", async () => {
    using world = await initialized();
    expect(await world.json(["create", "--title", "-x"])).toMatchObject({ title: "-x" });
    expect(await world.json(["create", "--title=--force it"])).toMatchObject({ title: "--force it" });
    const { exit, stderr } = await world.bd(["create", "--", "-x"]);
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining("looks like a flag") });
  });

  test("a description of a megabyte, from stdin, a file and a flag", async () => {
    using world = await initialized();
    const text = "0123456789abcde\n".repeat(65_536);
    await world.bd(["create", "in", "--id", "tt-in", "--stdin"], { stdin: text });
    world.file("text.md", text);
    await world.bd(["create", "file", "--id", "tt-file", "--body-file", "text.md"]);
    await world.bd(["create", "flag", "--id", "tt-flag", "-d", text]);
    for (const id of ["tt-in", "tt-file", "tt-flag"]) expect((await show(world, id))["description"]).toBe(text);
    expect((await world.bd(["create", "x", "--stdin", "-d", "y"])).exit).toBe(1);
    expect((await world.bd(["create", "x", "--body-file", "none.md"])).stderr).toContain("no such file");
  });
});

describe("ids", () => {
  let world: World;
  beforeEach(async () => {
    world = await initialized();
    for (const id of ["tt-abc", "tt-abd", "tt-xyz", "tt-xyz.1"]) await world.bd(["create", id, "--id", id]);
    return () => world[Symbol.dispose]();
  });

  test.each([
    ["tt-abc", "tt-abc"],
    ["abc", "tt-abc"],
    ["xy", "tt-xyz"],
    ["TT-ABC", "tt-abc"],
    ["xyz", "tt-xyz"],
    ["xyz.1", "tt-xyz.1"],
  ])("%s means %s", async (argument, id) => {
    expect((await show(world, argument))["id"]).toBe(id);
  });

  test("one that fits several, one that fits none", async () => {
    expect((await world.bd(["update", "ab", "-p", "1"])).stderr).toMatch(/ambiguous ID "ab" matches 2 issues/);
    expect((await world.bd(["close", "ab"])).stderr).toMatch(
      /ambiguous ID "ab" matches 2 issues: \[tt-abc tt-abd\]\nUse more characters/,
    );
    expect((await world.bd(["show", "nope"])).stderr).toMatch(/no issue found matching "nope"/);
    expect((await world.bd(["show", ""])).exit).toBe(1);
  });

  test.each([
    ["whole, and not there", "tt-ab"],
    ["the middle of one", "bc"],
    ["whole, on its way to a child's number", "tt-xyz.1"],
    ["the same without its prefix", "xyz.1"],
    ["the beginning of a child's alone", "xyz.12.1"],
  ])("an id that is %s means no other issue, to no verb", async (_what, argument) => {
    await world.bd(["rename", "tt-xyz.1", "tt-xyz.12"]);
    for (const argv of [
      ["close", argument],
      ["delete", argument, "--force"],
      ["update", argument, "-p", "0"],
      ["reopen", argument],
      ["label", "add", argument, "x"],
      ["comment", argument, "text"],
      ["dep", "add", argument, "tt-abc"],
      ["defer", argument],
      ["show", argument],
    ]) {
      const { exit, stderr } = await world.bd(argv);
      expect({ argv, exit, stderr }).toEqual({ argv, exit: 1, stderr: expect.stringMatching(/no issue|not found/) });
    }
    expect(await world.json(["list", "--json"])).toHaveLength(4);
  });

  test("a deleted id says so, and how the issue comes back", async () => {
    await world.bd(["create", "longer", "--id", "tt-abcd"]);
    await world.bd(["delete", "tt-abc", "--force"], { now: Date.now() - 5_000 });
    for (const argument of ["tt-abc", "abc", "TT-ABC"]) {
      for (const argv of [["close"], ["delete", "--force"], ["update", "-p", "0"], ["show"]]) {
        const { exit, stderr } = await world.bd([...argv, argument]);
        expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining("tt-abc was deleted") });
      }
    }
    const { stderr } = await world.bd(["close", "tt-abc"]);
    expect(stderr).toContain("fleet bd history tt-abc --json");
    expect(await show(world, "tt-abcd")).toMatchObject({ status: "open", priority: 2 });
  });

  test("an id that was renamed says what it is now", async () => {
    await world.bd(["rename", "tt-abc", "tt-new"]);
    const { exit, stderr } = await world.bd(["close", "tt-abc"]);
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining("tt-abc was renamed to tt-new") });
  });

  test("finds an id by its beginning after a prefix with a dash", async () => {
    await world.bd(["rename-prefix", "my-app-"]);
    expect((await show(world, "my-app-abc"))["id"]).toBe("my-app-abc");
    expect((await show(world, "xy"))["id"]).toBe("my-app-xyz");
  });

  test("a deleted id is not given again, nor a child's number", async () => {
    await world.bd(["delete", "tt-xyz.1", "--force"]);
    expect(await world.json(["create", "next", "--parent", "xyz"])).toMatchObject({ id: "tt-xyz.2" });
    expect((await world.bd(["create", "again", "--id", "tt-xyz.1"])).exit).toBe(1);
    expect((await world.bd(["create", "case", "--id", "tt-ABC"])).stderr).toContain("already exists");
  });
});

describe("times", () => {
  test("create answers with the stored fraction, everything else with whole seconds", async () => {
    using world = await initialized();
    const made = await world.bd(["create", "A", "--id", "tt-a", "--json"], { now: NOW });
    expect(JSON.parse(made.stdout)).toMatchObject({ created_at: "2026-03-11T10:30:15.678Z" });
    expect(await show(world, "tt-a")).toMatchObject({
      created_at: "2026-03-11T10:30:15Z",
      updated_at: "2026-03-11T10:30:15Z",
    });
    const said = await world.bd(["comment", "tt-a", "x", "--json"], { now: NOW });
    expect(JSON.parse(said.stdout)).toMatchObject({ created_at: "2026-03-11T10:30:15.678Z" });
  });

  test("a clock that steps back does not make an issue older than itself", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"], { now: NOW });
    await world.bd(["update", "tt-a", "-p", "1"], { now: NOW - 60_000 });
    expect(await show(world, "tt-a")).toMatchObject({ updated_at: "2026-03-11T10:30:15Z" });
  });
});

describe("who acts", () => {
  const actor = async (
    world: World,
    argv: readonly string[],
    env: Record<string, string | undefined>,
  ): Promise<unknown> => JSON.parse((await world.bd([...argv, "create", "x", "--json"], { env })).stdout);

  test.each<[string[], Record<string, string | undefined>, Shape]>([
    [["--actor", "flag"], { BEADS_ACTOR: "beads" }, { created_by: "flag", owner: "test@example.com" }],
    [[], { BEADS_ACTOR: "beads", BD_ACTOR: "bd" }, { created_by: "beads" }],
    [[], { BD_ACTOR: "bd" }, { created_by: "bd" }],
    [[], {}, { created_by: "Test User", owner: "test@example.com" }],
    [[], { GIT_AUTHOR_EMAIL: "me@there" }, { created_by: "Test User", owner: "me@there" }],
    [[], { HOME: "/nonexistent" }, { created_by: "tester" }],
    [[], { HOME: "/nonexistent", USER: "" }, { created_by: "unknown" }],
  ])("%j with %j", async (argv, env, expected) => {
    using world = await initialized();
    expect(await actor(world, argv, env)).toMatchObject(expected);
  });

  test("the repository one stands in may name another person", async () => {
    using world = await initialized();
    execFileSync("git", ["init", "-q"], { cwd: world.dir, env: { PATH: process.env["PATH"], HOME: world.home } });
    world.file(".git/config", "[user]\n\tname = Local Name\n");
    expect(await world.json(["create", "x"])).toMatchObject({ created_by: "Local Name", owner: "test@example.com" });
    // A hook's GIT_DIR is no reason to ask another repository.
    const made = await world.bd(["create", "y", "--json"], { env: { GIT_DIR: "/nowhere" } });
    expect(JSON.parse(made.stdout)).toMatchObject({ created_by: "Local Name" });
  });
});

describe("what fleet keeps of a task", () => {
  test("cwd and PATH always; hidden in the answer to create unless they were given", async () => {
    using world = await initialized();
    expect(await world.json(["create", "A", "--id", "tt-a"])).not.toHaveProperty("metadata");
    const kept = new Store(world.fleetHome).snapshot().issue("tt-a")?.metadata;
    expect(kept).toMatchObject({ cwd: world.dir, path: process.env["PATH"], fleet: { place: { cwd: world.dir } } });
    expect((await show(world, "tt-a"))["metadata"]).toEqual({ cwd: world.dir });
    const { stdout } = await world.bd(["export"]);
    expect(stdout).not.toContain("metadata");
  });

  test("--coder, --model, --cwd and --metadata are shown", async () => {
    using world = await initialized();
    mkdirSync(join(world.dir, "real"));
    symlinkSync(join(world.dir, "real"), join(world.dir, "link"));
    const made = await world.json([
      "new",
      "A",
      "--id",
      "tt-a",
      "--coder",
      "codex",
      "--model",
      "m1",
      "--cwd",
      "link",
      "--metadata",
      '{"k":1}',
    ]);
    const metadata = { coder: "codex", model: "m1", cwd: join(world.dir, "real"), k: 1 };
    expect(made).toMatchObject({ metadata });
    expect((await show(world, "tt-a"))["metadata"]).toEqual(metadata);
    const exported: unknown = JSON.parse((await world.bd(["export"])).stdout);
    expect(exported).toMatchObject({ metadata: { coder: "codex", model: "m1", k: 1 } });
    expect(JSON.stringify(exported)).not.toContain("cwd");
    await world.bd(["update", "tt-a", "--coder", "claude", "--model", "", "--set-metadata", "n=5"]);
    expect((await show(world, "tt-a"))["metadata"]).toEqual({
      coder: "claude",
      cwd: join(world.dir, "real"),
      k: 1,
      n: 5,
    });
  });

  test("a coder whose command is not on PATH is taken, and said", async () => {
    using world = await initialized();
    const create = ["create", "A", "--coder", "agy", "--json"];
    const bare = await world.bd(create, { env: { PATH: world.dir } });
    expect(bare).toMatchObject({ exit: 0, stderr: expect.stringContaining("agy is not on the PATH of this shell") });
    writeFileSync(join(world.dir, "agy"), "");
    world.file(".git/HEAD", "ref: refs/heads/main\n");
    expect(await world.bd(create, { env: { PATH: world.dir } })).toMatchObject({ exit: 0, stderr: "" });
    expect(await world.bd(["create", "A", "--coder", "shell"], { env: { PATH: "" } })).toMatchObject({ stderr: "" });
  });

  test("a coder that the home declares is known", async () => {
    using world = await initialized();
    world.file(".fleet/config.yaml", "coders:\n  mine:\n    command: [echo]\n");
    expect(await world.json(["create", "A", "--coder", "mine"])).toMatchObject({ metadata: { coder: "mine" } });
    expect((await world.bd(["create", "A", "--coder", "yours"])).stderr).toContain("mine");
  });

  test("fields that this version does not know survive an update", async () => {
    using world = await initialized();
    const line = {
      id: "tt-f",
      title: "F",
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-01-01T00:00:00Z",
      future: { a: [1] },
      source_repo: ".",
    };
    world.file("f.jsonl", `${JSON.stringify(line)}\n`);
    await world.bd(["import", "f.jsonl"]);
    await world.bd(["update", "tt-f", "--title", "G", "--add-label", "l"]);
    expect(new Store(world.fleetHome).snapshot().issue("tt-f")).toMatchObject({
      title: "G",
      future: { a: [1] },
      source_repo: ".",
    });
  });
});

describe("inside an attempt", () => {
  const uuid = "7f3a9c1e-0000-4000-8000-000000000001";
  const inside = (task: string, id = uuid): { env: Record<string, string> } => ({
    env: { FLEET_ATTEMPT_ID: id, FLEET_TASK_ID: task, BEADS_ACTOR: "claude/7f3a" },
  });

  test("closing its own task answers as bd does, and leaves it in progress", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"]);
    await world.bd(["create", "B", "--id", "tt-b", "--deps", "tt-a"]);
    await hold(world, "tt-a", uuid);
    const { exit, stdout, stderr } = await world.bd(["close", "tt-a", "--reason", "did it", "--json"], inside("tt-a"));
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(only(JSON.parse(stdout))).toMatchObject({ id: "tt-a", status: "closed", close_reason: "did it" });
    expect((await world.bd(["close", "tt-a", "--reason", "did it"], inside("tt-a"))).stdout).toBe(
      "✓ Closed tt-a — A: did it\n",
    );
    expect(await show(world, "tt-a")).toMatchObject({
      status: "in_progress",
      metadata: { fleet: { completion: { uuid, reason: "did it" } } },
    });
    expect(only(await world.json(["blocked"]))["id"]).toBe("tt-b");
  });

  test("its own claim is idempotent; it is given no other task; of others it may only speak", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"]);
    await world.bd(["create", "B", "--id", "tt-b"]);
    await hold(world, "tt-a", uuid);
    expect((await world.bd(["update", "tt-a", "--claim"], inside("tt-a"))).exit).toBe(0);
    const ready = await world.bd(["ready", "--claim", "--json"], inside("tt-a"));
    expect(ready).toMatchObject({ exit: 0, stdout: "[]\n", stderr: expect.stringContaining("tt-a") });
    expect(await world.bd(["close", "tt-b"], inside("tt-a"))).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("did not make tt-b"),
    });
    expect((await world.bd(["comment", "tt-b", "seen"], inside("tt-a"))).exit).toBe(0);
    expect(await show(world, "tt-b")).toMatchObject({ status: "open", comment_count: 1 });
  });

  test("an attempt that lost its claim may only comment", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"]);
    await hold(world, "tt-a", uuid);
    const lost = inside("tt-a", "7f3a9c1e-0000-4000-8000-000000000002");
    expect(await world.bd(["update", "tt-a", "--notes", "x"], lost)).toMatchObject({ exit: 1, stdout: "" });
    for (const argv of [
      ["close", "tt-a"],
      ["reopen", "tt-a"],
      ["update", "tt-a", "--status", "open"],
    ])
      expect(await world.bd(argv, lost)).toMatchObject({
        exit: 1,
        stderr: expect.stringContaining("no longer holds tt-a"),
      });
    expect((await world.bd(["comment", "tt-a", "still here"], lost)).exit).toBe(0);
    expect(await show(world, "tt-a")).toMatchObject({ status: "in_progress", comment_count: 1 });
  });
});

describe("export and import", () => {
  test("an export read elsewhere gives the same export, and a second time changes nothing", async () => {
    using world = await initialized();
    using other = makeWorld();
    for (const argv of [
      ["create", "A", "--id", "tt-a", "-l", "y,x", "-d", "text"],
      ["create", "B", "--id", "tt-b", "-p", "0"],
      ["dep", "add", "tt-b", "tt-a"],
      ["comment", "tt-b", "said"],
      ["close", "tt-a", "--force", "-r", "done"],
      ["remember", "a thing", "--key", "k"],
    ])
      expect((await world.bd(argv)).exit).toBe(0);
    const text = (await world.bd(["export", "--all"])).stdout;
    expect(await world.json(["import", world.file("own.jsonl", text)])).toMatchObject({ created: 0 });
    await other.bd(["init", "--prefix", "tt", "-q"]);
    const file = other.file("in.jsonl", text);
    expect(await other.json(["import", file])).toMatchObject({ created: 2, memories: 1, ids: ["tt-b", "tt-a"] });
    expect((await other.bd(["export", "--all"])).stdout).toBe(
      text.replaceAll('"created_by":"Test User"', '"created_by":"Test User"'),
    );
    const tip = new Store(other.fleetHome).tip();
    expect(await other.json(["import", file])).toMatchObject({ created: 0, skipped: 2 });
    expect(new Store(other.fleetHome).tip()).toBe(tip);
  });

  test("-o writes the file whole, and says how many on stderr", async () => {
    using world = await initialized();
    await world.bd(["create", "A", "--id", "tt-a"]);
    const { stdout, stderr } = await world.bd(["export", "-o", "sub/out.jsonl"]);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: expect.stringContaining("no such file") });
    expect((await world.bd(["export", "-o", "out.jsonl"])).stderr).toBe("Exported 1 issues to out.jsonl\n");
    expect(readFileSync(join(world.dir, "out.jsonl"), "utf8")).toBe((await world.bd(["export"])).stdout);
  });
});

describe("dependencies", () => {
  test("a cycle is refused, and leaves nothing behind", async () => {
    using world = await initialized();
    for (const id of ["tt-a", "tt-b", "tt-c"]) await world.bd(["create", id, "--id", id]);
    await world.bd(["dep", "add", "tt-a", "tt-b"]);
    await world.bd(["dep", "tt-c", "--blocks", "tt-b"]);
    expect((await world.bd(["dep", "add", "tt-c", "tt-a"])).exit).toBe(1);
    expect(await world.json(["dep", "cycles"])).toEqual([]);
    const tree = await world.json(["dep", "tree", "tt-a"]);
    expect(tree).toMatchObject([
      { id: "tt-a", depth: 0, parent_id: "", truncated: false },
      { id: "tt-b", depth: 1, parent_id: "tt-a", edge_from_parent: "blocks" },
      { id: "tt-c", depth: 2, parent_id: "tt-b" },
    ]);
  });

  test("edges from a file", async () => {
    using world = await initialized();
    for (const id of ["tt-a", "tt-b"]) await world.bd(["create", id, "--id", id]);
    const edges = '{"from":"tt-a","to":"tt-b"}\n\n{"issue_id":"tt-b","depends_on_id":"tt-a","type":"related"}\n';
    expect((await world.bd(["dep", "add", "--file", "-"], { stdin: `${edges}{"from":"tt-a"}\n` })).stderr).toContain(
      "line 4: missing to",
    );
  });
});
