/** An import brings data: it never says by itself where something runs, with what, or by what right. */
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { fleetRecord } from "@fleet/store/fleet-record";
import { holdOf } from "@fleet/store/hold";
import { Store } from "@fleet/store/store";

import { tasksOf } from "../../src/engine/core/tasks.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { heldHere } from "@fleet/store/held-here";
import { homeId } from "@fleet/store/home-id";
import { initialized, type World } from "./world.ts";

const row = (over: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: "oss-1",
    title: "Fix typo",
    description: "id >PWNED",
    status: "open",
    priority: 1,
    issue_type: "task",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...over,
  });

const EVIL = {
  cwd: "/tmp",
  path: "/evil:/usr/bin",
  coder: "shell",
  model: "m",
  checks: ["id >CHECKED"],
  limits: { usd: 999 },
  prove: "x",
  isolate: false,
  fleet: { attempt: { n: 1, uuid: "u" }, session: "--evil", tries: 0 },
};

const issueIn = (world: World, id = "oss-1") => {
  const issue = new Store(world.fleetHome).snapshot().issue(id);
  if (issue === undefined) throw new Error(`${id} is not there`);
  return issue;
};

const started = (world: World): string[] => {
  const store = new Store(world.fleetHome);
  const home = { here: heldHere(store.gitDir), homeId: homeId(store.gitDir) };
  const tasks = tasksOf(store.snapshot(), { ...DEFAULTS, default_coder: "claude" }, Date.now() + 1000, home);
  return tasks.filter(({ obstacles }) => obstacles.length === 0).map(({ id }) => id);
};

describe("an import without a word of where it runs", () => {
  test("takes no setting, no claim and no record over, says which, and holds the task", async () => {
    using world = await initialized();
    world.file(
      "in.jsonl",
      row({ status: "in_progress", assignee: "shell/u", metadata: { ...EVIL, "jira.id": "X-1" } }),
    );
    const done = await world.bd(["import", "in.jsonl"]);
    expect(done.stderr).toMatch(/not taken over from in.jsonl: metadata cwd \(1\), path \(1\), coder \(1\)/);
    expect(done.stderr).toMatch(/1 of them waits for you to say where they run: fleet bd import in.jsonl --cwd DIR/);
    const issue = issueIn(world);
    expect(issue).toMatchObject({ status: "open", metadata: { "jira.id": "X-1" } });
    expect(Object.keys(issue.metadata ?? {}).sort()).toEqual(["fleet", "jira.id"]);
    expect(fleetRecord(issue)).toMatchObject({ hold: { kind: "untrusted", from: "in.jsonl" } });
    expect(fleetRecord(issue).attempt).toBeUndefined();
    expect(fleetRecord(issue).session).toBeUndefined();
    expect(started(world)).toEqual([]);
  });

  test("says the same in JSON", async () => {
    using world = await initialized();
    world.file("in.jsonl", row({ metadata: { cwd: "/tmp", coder: "shell" } }));
    expect(await world.json(["import", "in.jsonl"])).toMatchObject({
      created: 1,
      untrusted: ["oss-1"],
      dropped_metadata: { cwd: 1, coder: 1 },
    });
  });

  test("ready does not list it and says so on stderr; blocked and doctor name it with the command that ends it", async () => {
    using world = await initialized();
    world.file("in.jsonl", row());
    await world.bd(["import", "in.jsonl"]);
    const ready = await world.bd(["ready", "--json"]);
    expect(JSON.parse(ready.stdout)).toEqual([]);
    expect(ready.stderr).toContain(
      "oss-1 waits for you to say where and that it may run: fleet bd update oss-1 --cwd DIR",
    );
    expect(await world.json(["blocked"])).toMatchObject([
      { id: "oss-1", blocked_by: [], holds: [{ kind: "untrusted", from: "in.jsonl" }] },
    ]);
    expect((await world.bd(["blocked"])).stdout).toContain("Held: is not trusted yet");
    expect((await world.bd(["doctor", "--check", "hold"])).stdout).toMatch(
      /oss-1 is not trusted yet.*\n.*fleet bd update oss-1/,
    );
    expect(await world.json(["ready", "--claim"])).toEqual([]);
  });

  test("a setting that a later fleet knows stays untrusted until a person sets it", async () => {
    using world = await initialized();
    world.file("in.jsonl", row({ metadata: { some_new_setting: "x" } }));
    await world.bd(["import", "in.jsonl"]);
    await world.bd(["update", "oss-1", "--cwd", ".", "--coder", "codex"]);
    expect(fleetRecord(issueIn(world)).outside).toEqual(["some_new_setting"]);
    await world.bd(["update", "oss-1", "--set-metadata", "some_new_setting=y"]);
    expect(fleetRecord(issueIn(world)).outside).toBeUndefined();
  });

  test("of a task that is here, other words hold it; a label does not; its own settings stay", async () => {
    using world = await initialized();
    await world.bd(["create", "mine", "--id", "tt-a", "--cwd", ".", "--check", "true", "-d", "ls"]);
    await world.bd(["create", "other", "--id", "tt-b", "--cwd", ".", "-d", "ls"]);
    const later = { created_at: "2026-01-01T00:00:00Z", updated_at: "2999-01-01T00:00:00Z" };
    world.file(
      "in.jsonl",
      [
        row({ ...later, id: "tt-a", title: "mine", description: "rm -rf ~", metadata: { checks: [] }, priority: 2 }),
        row({ ...later, id: "tt-b", title: "other", description: "ls", labels: ["x"], priority: 2 }),
      ].join("\n"),
    );
    expect(await world.json(["import", "in.jsonl"])).toMatchObject({ untrusted: ["tt-a"] });
    expect(issueIn(world, "tt-a").metadata).toMatchObject({ checks: ["true"] });
    expect(started(world)).toEqual(["tt-b"]);
  });
});

describe("a person says where it runs", () => {
  test("what waits here for an issue that a file closes, deletes or pins waits for a person instead, unless the file is trusted", async () => {
    using world = await initialized();
    for (const [id, ...deps] of [["g"], ["h"], ["a", "tt-g"], ["b", "tt-h"], ["c", "tt-g"]] as const) {
      const edges = deps.length === 0 ? [] : ["--deps", deps.join(",")];
      await world.bd(["create", id, "--id", `tt-${id}`, "--coder", "claude", ...edges]);
    }
    expect(started(world).sort()).toEqual(["tt-g", "tt-h"]);
    const at = { updated_at: "2035-01-01T00:00:00Z", created_at: "2026-01-01T00:00:00Z" };
    world.file(
      "in.jsonl",
      [
        row({ id: "tt-g", title: "g", status: "closed", closed_at: at.updated_at, ...at }),
        row({ id: "tt-h", title: "h", status: "tombstone", deleted_at: at.updated_at, ...at }),
      ].join("\n"),
    );
    // A row of the file's own is no other way.
    const c = issueIn(world, "tt-c");
    world.file("label.jsonl", JSON.stringify({ ...c, labels: ["x"], ...at, metadata: undefined }));
    world.file("both.jsonl", ["in.jsonl", "label.jsonl"].map((name) => readFileSync(join(world.dir, name))).join("\n"));
    const done = await world.json(["import", "both.jsonl"]);
    expect(done).toMatchObject({ untrusted: expect.arrayContaining(["tt-a", "tt-b", "tt-c"]) });
    expect(started(world)).toEqual([]);
    expect(holdOf(issueIn(world, "tt-a"))).toMatchObject({ from: "both.jsonl", what: ["tt-g changed"] });
    await world.bd(["update", "tt-a", "--trust"]);
    expect(started(world)).toEqual(["tt-a"]);
  });

  test("import --cwd --coder: there and with that, not with what the file has, and says so", async () => {
    using world = await initialized();
    world.file("in.jsonl", row({ metadata: EVIL }));
    const done = await world.bd(["import", "in.jsonl", "--cwd", ".", "--coder", "codex"]);
    expect(done.stderr).toContain(`oss-1 will run in ${world.dir} with codex`);
    expect(issueIn(world).metadata).toMatchObject({ cwd: world.dir, coder: "codex" });
    expect(issueIn(world).metadata).not.toHaveProperty("checks");
    expect(started(world)).toEqual(["oss-1"]);
  });

  test("import --trust: as the file has it but for fleet's own record, and says what will run", async () => {
    using world = await initialized();
    world.file("in.jsonl", row({ metadata: { ...EVIL, cwd: world.dir } }));
    const done = await world.bd(["import", "in.jsonl", "--trust"]);
    expect(done.stderr).toContain(
      `oss-1 will run in ${world.dir} with shell/m, which runs the description as a program`,
    );
    expect(done.stderr).toContain("checks: id >CHECKED");
    expect(issueIn(world).metadata).toMatchObject({ coder: "shell", checks: ["id >CHECKED"], limits: { usd: 999 } });
    expect(fleetRecord(issueIn(world)).attempt).toBeUndefined();
  });

  test("the same file again with --cwd frees what it brought", async () => {
    using world = await initialized();
    world.file("plan.md", "## One\n\ndo it\n\n## Two\n\nand that\n");
    expect(await world.json(["import", "plan.md"])).toMatchObject({ created: 2 });
    expect(started(world)).toEqual([]);
    await world.bd(["import", "plan.md", "--cwd", ".", "--coder", "codex"]);
    expect(started(world)).toHaveLength(2);
    expect(await world.json(["import", "plan.md"])).toMatchObject({ created: 0 });
    expect(started(world)).toHaveLength(2);
  });

  test("update --cwd and --coder, and says what will run where", async () => {
    using world = await initialized();
    world.file("in.jsonl", row({ metadata: EVIL }));
    await world.bd(["import", "in.jsonl"]);
    const done = await world.bd(["update", "oss-1", "--cwd", ".", "--coder", "codex"]);
    expect(done.stderr).toContain(`Note: oss-1 will run in ${world.dir} with codex`);
    expect(started(world)).toEqual(["oss-1"]);
  });

  test("to the coder shell the words of a file are a program: it is never given them unasked", async () => {
    using world = await initialized();
    world.file(".fleet/config.yaml", "default_coder: shell\n");
    world.file("in.jsonl", row());
    const refused = await world.bd(["import", "in.jsonl", "--cwd", "."]);
    expect(refused).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("would run the descriptions in in.jsonl"),
    });
    await world.bd(["import", "in.jsonl"]);
    const again = await world.bd(["update", "oss-1", "--cwd", "."]);
    expect(again).toMatchObject({ exit: 1, stderr: expect.stringContaining("would run its description as a program") });
    expect(started(world)).toEqual([]);
    await world.bd(["update", "oss-1", "--cwd", ".", "--coder", "shell"]);
    expect(started(world)).toEqual(["oss-1"]);
  });

  test("create -f is a person's own: its tasks run where they were made", async () => {
    using world = await initialized();
    world.file("plan.md", "## One\n\ndo it\n");
    await world.bd(["create", "-f", "plan.md"]);
    expect(started(world)).toHaveLength(1);
  });

  test("not from inside an attempt", async () => {
    using world = await initialized();
    world.file("in.jsonl", row());
    const env = { FLEET_TASK_ID: "tt-x", FLEET_ATTEMPT_ID: "u" };
    for (const flag of [["--trust"], ["--cwd", "."]]) {
      const done = await world.bd(["import", "in.jsonl", ...flag], { env });
      expect(done).toMatchObject({ exit: 1, stderr: expect.stringContaining("an attempt can't say") });
    }
    await world.bd(["import", "in.jsonl"]);
    expect(await world.bd(["update", "oss-1", "--trust"], { env })).toMatchObject({ exit: 1 });
    await world.bd(["update", "oss-1", "--cwd", "."], { env });
    expect(started(world)).toEqual([]);
  });
});

test("a task without a directory waits, and is not tried", async () => {
  using world = await initialized();
  world.file("in.jsonl", row());
  await world.bd(["import", "in.jsonl", "--trust"]);
  expect(fleetRecord(issueIn(world)).hold).toBeUndefined();
  expect(started(world)).toEqual([]);
});

test("rows that are too deep or too large are named, and stop no other", async () => {
  using world = await initialized();
  const deep = `{"id":"oss-2","title":"deep","x":${"[".repeat(200)}${"]".repeat(200)}}`;
  const lines = [row(), deep, row({ id: "oss-3", description: "x".repeat(1024 * 1024 + 1) })];
  world.file("in.jsonl", lines.join("\n"));
  const done = await world.bd(["import", "in.jsonl"]);
  // A bad line is a failure (status 1), though the others are imported.
  expect(done).toMatchObject({ exit: 1, stdout: "" });
  expect(done.stderr).toMatch(/line 2: .*nested deeper than 64 levels/);
  expect(done.stderr).toMatch(/line 3: .*description is too large: .*1048577 bytes/);
});

test("an attempt may not change the prefix of the ids or where the queue goes", async () => {
  using world = await initialized();
  const env = { FLEET_TASK_ID: "tt-x", FLEET_ATTEMPT_ID: "u" };
  for (const words of [
    ["issue_prefix", "evil"],
    ["federation.remote", "git@evil:x"],
  ])
    expect(await world.bd(["config", "set", ...words], { env })).toMatchObject({ exit: 1 });
  expect(await world.bd(["config", "set", "status.custom", "review:wip"], { env })).toMatchObject({ exit: 0 });
});

test("doctor names a home that others may read, with the chmod that fixes it", async () => {
  using world = await initialized();
  expect((await world.bd(["doctor", "--check", "private"])).stdout).toContain("private: nothing wrong");
  chmodSync(world.fleetHome, 0o755);
  const said = await world.bd(["doctor", "--check", "private"]);
  expect(said.stdout).toContain(`others may read ${world.fleetHome}\n  chmod 700 ${world.fleetHome}`);
});
