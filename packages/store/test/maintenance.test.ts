/** Upkeep: the same history afterwards, nobody held up, nothing young removed. */
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

import { cachePath } from "../src/cache.ts";
import { newObject, writeObjects } from "../src/git/new-object.ts";
import { encodeId, ownId, startTime } from "@fleet/kit/process/id";
import { maintain } from "../src/maintenance.ts";
import { comment } from "../src/ops/comment.ts";
import { Store } from "../src/store.ts";
import { acting, add, git, newStore } from "./support.ts";

const history = (store: Store): string => git(store.home, "log", "--format=%H %s", "--name-status", "main");
const looseOf = (store: Store): number => Number(/^count: (\d+)/.exec(git(store.home, "count-objects", "-v"))?.[1]);
const age = (path: string, hours: number): void => {
  const at = new Date(Date.now() - hours * 3_600_000);
  utimesSync(path, at, at);
};

test("due by commits, remembered, and everything reads the same after it", async () => {
  const store = await newStore();
  for (let n = 0; n < 12; n++) await add(store, { title: `t${n}` });
  const before = { history: history(store), derived: store.snapshot().derived };
  const now = Date.now();
  expect(await maintain(store, { now, every: 14 })).toEqual({ kind: "not-due", commits: 13 });
  expect(await maintain(store, { now, every: 13 })).toMatchObject({ kind: "done", commits: 13 });
  expect(await maintain(store, { now, every: 1 })).toEqual({ kind: "not-due", commits: 0 });
  expect(looseOf(store)).toBe(0);
  expect(history(store)).toBe(before.history);
  rmSync(cachePath(store.home));
  expect(new Store(store.home).snapshot().derived).toEqual(before.derived);
  expect(existsSync(join(store.gitDir, "objects/info/commit-graph"))).toBe(true);
  expect(git(store.home, "commit-graph", "verify")).toBe("");
  expect(git(store.home, "fsck", "--strict")).toBe("");
});

test("packs are brought together before they are many", async () => {
  const store = await newStore();
  for (let n = 0; n < 6; n++) {
    await add(store, { title: `t${n}` });
    await maintain(store, { now: Date.now(), every: 1, maxPacks: 3 });
  }
  const packs = readdirSync(join(store.gitDir, "objects/pack")).filter((name) => name.endsWith(".pack"));
  expect(packs.length).toBeLessThanOrEqual(3);
  expect(git(store.home, "fsck", "--strict")).toBe("");
  expect(new Store(store.home).snapshot().live.size).toBe(6);
});

test("writers write while it runs", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  for (let n = 0; n < 30; n++) await add(store, { title: `t${n}` });
  const upkeepIs = { running: true };
  let written = 0;
  const upkeep = (async () => {
    try {
      for (let n = 0; n < 4; n++) await maintain(new Store(store.home), { now: Date.now(), every: 1 });
    } finally {
      upkeepIs.running = false;
    }
  })();
  while (upkeepIs.running) {
    const act = acting();
    const writer = new Store(store.home);
    await writer.transact(act, (s) => comment(s, act, { id: issue.id, text: String(written) }));
    written++;
  }
  await upkeep;
  expect(written).toBeGreaterThan(3);
  expect(new Store(store.home).snapshot().issue(issue.id)?.comments).toHaveLength(written);
  expect(git(store.home, "fsck", "--strict")).toBe("");
});

test("what the dead left is swept when it is old, and only then", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const { gitDir, home } = store;
  const files = (prefix: string): string[] => {
    const object = newObject("blob", Buffer.from(prefix));
    writeObjects(gitDir, [object]);
    mkdirSync(join(gitDir, "fleet", "breaking"), { recursive: true });
    mkdirSync(join(gitDir, "objects", "aa"), { recursive: true });
    const hex = (length: number): string => Buffer.from(prefix).toString("hex").padEnd(length, "0").slice(0, length);
    const made = [
      join(gitDir, "objects", "aa", `tmp_obj_${prefix}`),
      join(gitDir, "objects", "pack", `tmp_pack_${prefix}`),
      join(gitDir, "fleet", "breaking", `${prefix}-0`),
      `${cachePath(home)}.${hex(12)}.tmp`,
      join(home, `.git.new-${hex(12)}`),
    ];
    for (const path of made) writeFileSync(path, "");
    return [...made, join(gitDir, "objects", object.oid.slice(0, 2), object.oid.slice(2))];
  };
  const [young, dead, used] = [files("young"), files("dead"), files("used")];
  for (const path of [...dead, ...used]) age(path, 25);
  // Used again by a writer that has not moved the branch yet.
  writeObjects(gitDir, [newObject("blob", Buffer.from("used"))]);
  expect(await maintain(store, { now: Date.now(), every: 1 })).toMatchObject({ kind: "done", swept: 11 });
  expect(dead.filter(existsSync)).toEqual([]);
  expect(young.filter((path) => !existsSync(path))).toEqual([]);
  expect(existsSync(used.at(-1) ?? "")).toBe(true);
});

test("runs once at a time; ignores a dead process's mark", async () => {
  const store = await newStore();
  const mark = join(store.gitDir, "fleet", "maintaining");
  const id = { pid: process.ppid, start: startTime(process.ppid) ?? "", place: ownId().place };
  writeFileSync(mark, `${encodeId(id)}\n`);
  expect(await maintain(store, { now: Date.now(), every: 1 })).toEqual({ kind: "busy", pid: process.ppid });
  writeFileSync(mark, `${encodeId({ ...id, start: "1" })}\n`);
  expect(await maintain(store, { now: Date.now(), every: 1 })).toMatchObject({ kind: "done" });
  expect(existsSync(mark)).toBe(false);
});

test("it works in the environment of a hook and of a person with settings of their own", async () => {
  const store = await newStore();
  for (const [name, value] of [
    ["GIT_DIR", "/nowhere"],
    ["GIT_SSL_CAINFO", "/x"],
    ["EDITOR", "vi"],
    ["PAGER", "less"],
    ["GIT_EDITOR", "vi"],
    ["GIT_SSH_COMMAND", "ssh"],
  ] as const)
    vi.stubEnv(name, value);
  try {
    expect(await maintain(store, { now: Date.now(), every: 1 })).toMatchObject({ kind: "done" });
  } finally {
    vi.unstubAllEnvs();
  }
});
