/** fleet sync, clone, merge-driver and bd undo, as commands: real homes, real git, the built fleet called by git itself. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";

import { homeId } from "@fleet/store/home-id";
import { claim } from "@fleet/store/ops/claim";
import { shardOf } from "@fleet/store/shard";
import { Store } from "@fleet/store/store";

import { uuid7 } from "@fleet/kit/uuid";
import { memoriesOf } from "@fleet/store/memories";
import { leader } from "../../src/engine/shell/state/leader.ts";
import { askToStop } from "../../src/engine/shell/state/stop-word.ts";
import type { Ran } from "../support/fleet.ts";
import { call, superviseHere } from "../support/in-process.ts";
import { personIn } from "../support/person.ts";
import { until } from "../support/until.ts";

// Each starts dozens of real processes, on machines that do other things too.
vi.setConfig({ testTimeout: 90_000 });

const read = (path: string): string => readFileSync(path, "utf8");

/** A person with homes by name, and the built command. */
class Person {
  readonly root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-sync-"));
  readonly env: Readonly<Record<string, string | undefined>>;

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    this.env = personIn(this.root);
  }

  at(name: string): string {
    return join(this.root, name);
  }

  /** In the test's own process; git calls the built fleet. */
  async fleet(home: string, ...args: string[]): Promise<Ran> {
    return await call(args, { cwd: this.root, env: this.#envOf(home), stdin: "" });
  }

  #envOf(home: string): Readonly<Record<string, string | undefined>> {
    return { ...this.env, FLEET_HOME: this.at(home) };
  }

  /** Until the test is over. */
  supervise(home: string): void {
    const { wake, end } = superviseHere(this.at(home), this.#envOf(home));
    onTestFinished(async () => {
      const supervisor = leader(this.at(home));
      if (supervisor !== undefined) for (let times = 0; times < 2; times++) askToStop(this.at(home), supervisor, "ann");
      wake();
      await end;
    });
  }

  async ok(home: string, ...args: string[]): Promise<string> {
    const done = await this.fleet(home, ...args);
    expect(done).toMatchObject({ code: 0 });
    return done.stdout;
  }

  git(cwd: string, ...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.at(cwd),
      env: this.env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  store(home: string): Store {
    return new Store(this.at(home));
  }

  file(clone: string, id: string): string {
    return join(this.at(clone), "issues", `${shardOf(id)}.jsonl`);
  }

  edit(clone: string, id: string, from: string, to: string): void {
    const path = this.file(clone, id);
    const before = read(path);
    expect(before).toContain(from);
    writeFileSync(path, before.replace(from, to));
    this.git(clone, "commit", "--quiet", "-am", `${from} → ${to}`);
  }
}

/** An id in the shard of another. */
const beside = (id: string): string =>
  Array.from({ length: 9_999 }, (_, n) => `fleet-n${n}`).find((one) => shardOf(one) === shardOf(id)) ?? "";

test("an export that was imported into a second home and then synced is every issue once, as the first home has it", async () => {
  const ann = new Person();
  await ann.ok("a", "init");
  await ann.ok("a", "bd", "create", "alpha", "--id", "fleet-a", "-d", "old");
  await ann.ok("a", "bd", "create", "done", "--id", "fleet-d");
  await ann.ok("a", "bd", "comment", "fleet-a", "once");
  await ann.ok("a", "bd", "remember", "first", "--key", "k");
  await ann.ok("a", "bd", "export", "--all", "-o", ann.at("old.jsonl"));
  await ann.ok("a", "bd", "close", "fleet-d");
  await ann.ok("a", "bd", "update", "fleet-a", "-d", "new");
  await ann.ok("a", "bd", "remember", "second", "--key", "k");
  await ann.ok("b", "init");
  await ann.ok("b", "bd", "import", ann.at("old.jsonl"));
  const said = await ann.ok("b", "sync", ann.at("a"));
  expect(said).not.toMatch(/created on both sides|lost/);
  // What is closed waits for nobody's word.
  expect(said).toContain("  fleet-a is held until you trust what came");
  for (const home of ["a", "b"]) {
    const issues: unknown = JSON.parse(await ann.ok(home, "bd", "list", "--all", "--json", "--sort", "title"));
    expect(issues).toMatchObject([
      { id: "fleet-a", description: "new", status: "open", comment_count: 1 },
      { id: "fleet-d", status: "closed" },
    ]);
    expect(JSON.parse(await ann.ok(home, "bd", "memories", "--json"))).toMatchObject({ k: "second" });
  }
});

test("fleet sync: two homes through a bare repository named origin; JSON, words, and a claim that is lost", async () => {
  const ann = new Person();
  await ann.ok("a", "init");
  await ann.ok("a", "bd", "create", "shared", "--id", "fleet-s");
  mkdirSync(ann.at("remote.git"));
  ann.git("remote.git", "init", "--quiet", "--bare");
  expect(await ann.fleet("a", "sync")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no remote "origin"[^]*remote add origin URL/),
  });
  expect(await ann.fleet("a", "sync", "")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/a remote needs/),
  });
  ann.git("a/.git", "remote", "add", "origin", ann.at("remote.git"));
  expect(await ann.ok("a", "sync")).toMatch(/^✓ Synced with origin: took 0 commits, gave \d+ commits/);
  await ann.ok("b", "init");
  // Homes that were made in the same second begin with the same commit.
  expect(await ann.ok("b", "sync", "remote.git")).toMatch(/took \d+ commits?, /);
  await ann.ok("a", "bd", "update", "fleet-s", "--claim", "--actor", "first");
  await ann.ok("b", "bd", "update", "fleet-s", "--claim", "--actor", "second");
  await ann.ok("b", "bd", "comment", "fleet-s", "from b");
  await ann.ok("b", "sync", "./remote.git");
  const synced: unknown = JSON.parse(await ann.ok("a", "sync", "--json"));
  expect(synced).toMatchObject({ remote: "origin", pushed: 2, merged: { changed: 1, both: 1 } });
  expect(await ann.ok("b", "sync", "remote.git")).toContain("took 2 commits, gave 0 commits");
  expect(await ann.ok("b", "sync", "remote.git")).toMatch(/^✓ Nothing new here or at /);
  for (const home of ["a", "b"]) {
    const shown: unknown = JSON.parse(await ann.ok(home, "bd", "show", "fleet-s", "--json", "--include-comments"));
    expect(shown).toMatchObject([{ assignee: "first", status: "in_progress" }]);
    expect(JSON.stringify(shown)).toMatch(
      /from b.*Lost to another edit.*assignee second|Lost to another edit.*assignee second.*from b/,
    );
    expect(JSON.stringify(shown)).not.toContain('"at":');
  }
  expect(ann.store("a").tip()).toBe(ann.store("b").tip());
});

test("fleet clone: git merges by issue and field, says what lost, and the push is taken", async () => {
  const ann = new Person();
  await ann.ok("a", "init");
  await ann.ok("a", "bd", "create", "shared", "--id", "fleet-s", "-d", "text");
  const out = await ann.ok("a", "clone", "it's a clone");
  expect(out).toMatch(/✓ Cloned to .*it's a clone.*\nNext: .*git push/);
  const clone = "it's a clone";
  ann.edit(clone, "fleet-s", '"title":"shared"', '"title":"by hand"');
  await ann.ok("a", "bd", "update", "fleet-s", "--priority", "0");
  await ann.ok("a", "bd", "create", "beside", "--id", beside("fleet-s"));
  await ann.ok("a", "bd", "remember", "something");
  writeFileSync(join(ann.at(clone), "memories.jsonl"), '{"_type":"memory","key":"mine","value":"v"}\n');
  ann.git(clone, "commit", "--quiet", "-am", "a memory");
  ann.git(clone, "pull", "--quiet", "--no-rebase", "--no-edit");
  ann.git(clone, "push", "--quiet");
  const snapshot = ann.store("a").snapshot();
  expect(snapshot.issue("fleet-s")).toMatchObject({ title: "by hand", priority: 0, description: "text" });
  expect(snapshot.issue(beside("fleet-s"))?.title).toBe("beside");
  expect(memoriesOf(snapshot).values.size).toBe(2);
  // Both changed the same: the later stands, the other is said by git's own output and on the issue.
  ann.edit(clone, "fleet-s", '"title":"by hand"', '"title":"again by hand"');
  await ann.ok("a", "bd", "update", "fleet-s", "--title", "by bd");
  const merging = spawnSync("git", ["pull", "--no-rebase", "--no-edit"], {
    cwd: ann.at(clone),
    env: ann.env,
    encoding: "utf8",
  });
  expect(merging).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/fleet: fleet-s: title of .* lost: again by hand/),
  });
  ann.git(clone, "push", "--quiet");
  expect(await ann.ok("a", "bd", "show", "fleet-s", "--json", "--include-comments")).toMatch(/again by hand/);
  expect(await ann.ok("a", "clone", clone)).toMatch(/^✓ Set up/);
  // Somebody's project is no clone of a home, whatever directories it has.
  ann.git(".", "init", "--quiet", "project");
  mkdirSync(join(ann.at("project"), "issues"));
  expect(await ann.fleet("a", "clone", "project")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /no clone of a fleet home, so nothing of it was changed\n {2}run: fleet clone .*\/project\/fleet-queue\n/,
    ),
  });
  expect(ann.git("project", "config", "--list", "--local")).not.toContain("merge");
});

test("a clone without the driver, or with fleet gone: marks of conflict are refused by the home, and nothing is lost", async () => {
  const ann = new Person();
  await ann.ok("a", "init");
  await ann.ok("a", "bd", "create", "shared", "--id", "fleet-s");
  ann.git(".", "clone", "--quiet", ann.at("a/.git"), "plain");
  await ann.ok("a", "clone", "gone");
  ann.git(
    "gone",
    "config",
    "merge.fleet.driver",
    ann.git("gone", "config", "merge.fleet.driver").trim().replaceAll("fleet.js", "moved.js"),
  );
  ann.edit("plain", "fleet-s", '"title":"shared"', '"title":"plain"');
  ann.edit("gone", "fleet-s", '"title":"shared"', '"title":"gone"');
  await ann.ok("a", "bd", "update", "fleet-s", "--title", "by bd");
  await ann.ok("a", "bd", "create", "beside", "--id", beside("fleet-s"));
  const tip = ann.store("a").tip();
  for (const clone of ["plain", "gone"]) {
    expect(() => ann.git(clone, "pull", "--quiet", "--no-rebase", "--no-edit")).toThrow(
      /CONFLICT|Automatic merge failed|Command failed/,
    );
    expect(read(ann.file(clone, "fleet-s"))).toContain("<<<<<<<");
    ann.git(clone, "commit", "--quiet", "-am", "as it is");
    expect(() => ann.git(clone, "push", "--quiet")).toThrow(/this line is not an issue[^]*Mend that in the clone/);
    // Its own side taken whole: what was written meanwhile would be gone.
    const own = ann.git(clone, "show", `HEAD^1:issues/${shardOf("fleet-s")}.jsonl`);
    writeFileSync(ann.file(clone, "fleet-s"), own);
    ann.git(clone, "commit", "--quiet", "-am", "mine");
    expect(() => ann.git(clone, "push", "--quiet")).toThrow(/is gone without a tombstone/);
  }
  expect(ann.store("a").tip()).toBe(tip);
  expect(ann.store("a").snapshot().issue("fleet-s")?.title).toBe("by bd");
});

test("with fleet there, the home's check decodes: what looks like an issue and is none is refused with file, line and column", async () => {
  const ann = new Person();
  await ann.ok("a", "init");
  await ann.ok("a", "bd", "create", "shared", "--id", "fleet-s");
  await ann.ok("a", "clone", "c");
  ann.edit("c", "fleet-s", '"title":"shared"', '"title":"torn \\x"');
  expect(() => ann.git("c", "push", "--quiet")).toThrow(/issues\/..\.jsonl:1:\d+: /);
  ann.edit("c", "fleet-s", '"title":"torn \\x"', '"title":"mended"');
  ann.git("c", "push", "--quiet");
  expect(ann.store("a").snapshot().issue("fleet-s")?.title).toBe("mended");
});

test("fleet merge-driver: its answer is in the second file, and its exit is 0 for any content of the three", async () => {
  const ann = new Person();
  const line = (over: object): string =>
    `${JSON.stringify({ id: "fleet-s", title: "t", status: "open", priority: 2, issue_type: "task", created_at: "2026-03-01T12:00:00Z", updated_at: "2026-03-01T12:00:00Z", ...over })}\n`;
  const name = shardOf("fleet-s");
  const cases: readonly (readonly [base: string, ours: string, theirs: string, merged: RegExp])[] = [
    [line({}), line({ title: "o" }), line({ notes: "n" }), /"title":"o".*"notes":"n"/],
    ["", line({ title: "o" }), "garbage\n", /"title":"o"[^]*garbage/],
    [line({}), "", line({ notes: "n" }), /"notes":"n"/],
    ["", "", "", /^$/],
    [line({}), "\u0000\n", line({}), /"title":"t"/],
  ];
  for (const [base, ours, theirs, merged] of cases) {
    for (const [file, text] of Object.entries({ O: base, A: ours, B: theirs })) writeFileSync(ann.at(file), text);
    expect(await ann.fleet("none", "merge-driver", "O", "A", "B", `issues/${name}.jsonl`)).toMatchObject({ code: 0 });
    expect(read(ann.at("A"))).toMatch(merged);
  }
  for (const [file, text] of Object.entries({ O: "x", A: "y", B: "z" })) writeFileSync(ann.at(file), text);
  expect(await ann.fleet("none", "merge-driver", "O", "A", "B", "config.yaml")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("neither a shard"),
  });
  expect(read(ann.at("A"))).toBe("y");
  expect(existsSync(ann.at("none"))).toBe(false);
});

test("an attempt belongs to the home that claimed it: another one, synced with it, neither starts nor kills it", async () => {
  const ann = new Person();
  for (const home of ["a", "b"]) await ann.ok(home, "init");
  mkdirSync(ann.at("work"));
  const coder = "while ! test -e done; do sleep 0.1; done; echo ran >> ran";
  await ann.ok("a", "config", "set", "poll_interval=50ms");
  await ann.ok("b", "config", "set", "poll_interval=50ms");
  await ann.ok("a", "bd", "create", "t", "--id", "fleet-t", "-d", coder, "--coder", "shell", "--cwd", ann.at("work"));
  ann.supervise("a");
  const status = (home: string): string | undefined => ann.store(home).snapshot().issue("fleet-t")?.status;
  await until("the attempt runs", () => existsSync(join(ann.at("a"), "tasks/fleet-t/attempts/1/pid")));
  await ann.ok("b", "sync", "a");
  expect(status("b")).toBe("in_progress");
  expect(await ann.fleet("b", "kill", "fleet-t")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("runs in another home"),
  });
  // Its supervisor has looked at everything when it has done a task of its own.
  await ann.ok("b", "bd", "create", "u", "--id", "fleet-u", "-d", "true", "--coder", "shell", "--cwd", ann.at("work"));
  ann.supervise("b");
  await until("b works", () => ann.store("b").snapshot().issue("fleet-u")?.status === "closed");
  expect(existsSync(join(ann.at("b"), "tasks/fleet-t"))).toBe(false);
  writeFileSync(join(ann.at("work"), "done"), "");
  await until("it is closed", () => status("a") === "closed");
  await ann.ok("b", "sync", "a");
  expect(status("b")).toBe("closed");
  expect(read(join(ann.at("work"), "ran"))).toBe("ran\n");
});

test("the claim of a home that is gone for good is released on a person's word, and on nothing less", async () => {
  const ann = new Person();
  for (const home of ["a", "b"]) await ann.ok(home, "init");
  mkdirSync(ann.at("work"));
  await ann.ok(
    "a",
    "bd",
    "create",
    "t",
    "--id",
    "fleet-t",
    "-d",
    "echo ran >>ran",
    "--coder",
    "shell",
    "--cwd",
    ann.at("work"),
  );
  const there = ann.store("a");
  const act = { actor: "shell/1234", email: "s@example.org", now: Date.now(), uuid: () => uuid7() };
  const attempt = { n: 1, uuid: "1234-5" };
  await there.transact(act, (now) =>
    claim(now, act, { id: "fleet-t", attempt, home: homeId(there.gitDir), account: "shell" }),
  );
  await ann.ok("b", "sync", "a", "--trust");
  const why = { kind: "elsewhere", home: homeId(there.gitDir) };
  const shown = { state: "running", attempt: 1, why, reason: "an attempt of another home works on it" };
  expect(JSON.parse(await ann.ok("b", "tasks", "--json")).tasks).toMatchObject([shown]);
  expect(JSON.parse(await ann.ok("b", "explain", "fleet-t", "--json"))).toMatchObject({
    ...shown,
    commands: ["fleet sync"],
  });
  // That is not what a supervisor here would take over.
  expect(await ann.ok("b", "tasks")).not.toContain("fleet run start");
  rmSync(ann.at("a"), { recursive: true });
  const refused = await ann.fleet("b", "retry", "fleet-t");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("held by attempt 1 of another home") });
  expect(refused.stderr).toContain("only if that home is gone for good: fleet retry fleet-t --force");
  expect((await ann.fleet("b", "kill", "fleet-t")).stderr).toContain("fleet retry fleet-t --force");
  const agents = await call(["retry", "fleet-t", "--force"], {
    cwd: ann.root,
    env: { ...ann.env, FLEET_HOME: ann.at("b"), FLEET_ATTEMPT_ID: "5678", FLEET_TASK_ID: "fleet-u" },
    stdin: "",
  });
  expect(agents).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("fleet retry is for the person who runs the fleet"),
  });
  expect(await ann.fleet("b", "retry", "fleet-t", "--force")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("fleet-t is back in the queue"),
    stderr: expect.stringContaining("If that home still is somewhere and works on it, it is done twice"),
  });
  expect(ann.git("b/.git", "log", "-1", "--format=%B")).toMatch(
    /Fleet-Released: attempt 1 of the home .* Ann said is gone/,
  );
  await ann.ok("b", "config", "set", "poll_interval=50ms");
  ann.supervise("b");
  await until("it is done here", () => ann.store("b").snapshot().issue("fleet-t")?.status === "closed");
  expect(read(join(ann.at("work"), "ran"))).toBe("ran\n");
});

test("fleet bd undo: says what it undid, and leaves the other verbs' answers as they were", async () => {
  const ann = new Person();
  await ann.ok("a", "init");
  await ann.ok("a", "bd", "create", "x", "--id", "fleet-x");
  const before = await ann.ok("a", "bd", "show", "fleet-x", "--json");
  await ann.ok("a", "bd", "close", "fleet-x");
  expect(await ann.ok("a", "bd", "undo", "--dry-run")).toMatch(/^Would undo \w{10}: close fleet-x: x/);
  expect(await ann.ok("a", "bd", "undo")).toMatch(/^✓ Undone: close fleet-x: x/);
  const plain = (text: string): string => text.replace(/"updated_at": "[^"]*"/, "");
  expect(plain(await ann.ok("a", "bd", "show", "fleet-x", "--json"))).toBe(plain(before));
  expect(await ann.ok("a", "bd", "undo", "--dry-run")).toMatch(/^Would redo \w{10}: close fleet-x: x/);
  expect(await ann.ok("a", "bd", "undo")).toMatch(/^✓ Redone: close fleet-x: x/);
  expect((await ann.fleet("a", "bd", "undo", "--json")).stdout).toMatch(/"undone": "\w{40}"/);
});
