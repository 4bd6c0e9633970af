/** Bad input to the home, each row done to a real one: by hand, by git, by the dead. Nothing is lost and everything is said. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

import { cachePath } from "../src/cache.ts";
import { StoreError } from "../src/errors.ts";
import { swap } from "../src/git/swap.ts";
import { homeExists } from "../src/home.ts";
import { Graph } from "../src/graph.ts";
import { claim } from "../src/ops/claim.ts";
import { close } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { create } from "../src/ops/create.ts";
import { resolveId } from "../src/ops/find.ts";
import { update } from "../src/ops/update.ts";
import { shardOf } from "../src/shard.ts";
import { Store } from "../src/store.ts";
import { movedBack } from "../src/moved-back.ts";
import { acting, add, cloneOf, edge, git, newStore, NOON, personal, plain, tempDir } from "./support.ts";

const fileOf = (id: string): string => `issues/${shardOf(id)}.jsonl`;
const again = (store: Store): Store => new Store(store.home);

async function touch(store: Store, id: string, text = "written"): Promise<void> {
  const act = acting();
  await store.transact(act, (s) => comment(s, act, { id, text }));
}

function push(clone: string, message = "by hand"): void {
  git(clone, "commit", "--quiet", "-am", message);
  git(clone, "push", "--quiet");
}

function refusal(act: () => unknown): StoreError {
  try {
    act();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** Runs what a person would paste. */
const paste = (command: string | undefined): string =>
  execFileSync("sh", ["-c", command ?? "false"], {
    env: personal(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

test("a pushed line that can't be decoded is named, kept byte for byte, and affects no other issue", async () => {
  const store = await newStore();
  const good = await add(store, { title: "good" });
  const bad = await add(store, { title: "bad" });
  const waits = await add(store, { title: "waits", edges: [{ to: bad.id, type: "blocks" }] });
  const clone = cloneOf(store);
  const torn = `{"id":"${bad.id}","title":"torn \\x"}`;
  writeFileSync(join(clone, fileOf(bad.id)), `${torn}\n`);
  push(clone);
  for (const one of [store, again(store)]) {
    const snapshot = one.snapshot();
    expect(snapshot.problems).toEqual([
      expect.objectContaining({
        file: fileOf(bad.id),
        line: 1,
        column: torn.indexOf('"torn') + 1,
        id: bad.id,
        mend: expect.stringMatching(
          /^git clone .*\.git fleet-clone && .*\+1 issues\/..\.jsonl && git commit .*git push$/,
        ),
      }),
    ]);
    expect(() => snapshot.issue(bad.id)).toThrow(expect.objectContaining({ code: "unreadable" }));
    expect(() => resolveId(snapshot, bad.id)).toThrow(/is unknown: issues\/..\.jsonl:1:\d+/);
    expect(snapshot.taken(bad.id)).toBe(true);
    expect(new Graph(snapshot).ready({ now: NOON }).map((issue) => issue.id)).toEqual([good.id]);
  }
  // A new issue in the same shard rewrites it; the line stays.
  const act = acting();
  const id = Array.from({ length: 9_999 }, (_, n) => `tt-n${n}`).find((name) => shardOf(name) === shardOf(bad.id));
  await store.transact(act, (s) => create(s, act, { title: "neighbour", type: "task", priority: 2, id }));
  await touch(store, good.id);
  expect(git(store.home, "show", `main:${fileOf(bad.id)}`)).toContain(`${torn}\n`);
  // Mended by hand: everything is as it was, also for who never read the whole again.
  git(clone, "pull", "--quiet");
  const lines = readFileSync(join(clone, fileOf(bad.id)), "utf8").replace(torn, JSON.stringify(bad));
  writeFileSync(join(clone, fileOf(bad.id)), lines);
  push(clone, "mend");
  expect(store.snapshot().problems).toEqual([]);
  expect(plain(store.snapshot().derived)).toEqual(freshly(store));
  expect(new Graph(store.snapshot()).blockedBy(store.snapshot().issue(waits.id) ?? waits)).toEqual([bad.id]);
});

/** What a process without any cache derives. */
function freshly(store: Store): unknown {
  rmSync(cachePath(store.home), { force: true });
  return plain(again(store).snapshot().derived);
}

test("a push between reading and writing: decided again, nothing lost", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "both" });
  const clone = cloneOf(store);
  const file = join(clone, fileOf(issue.id));
  const act = acting();
  let runs = 0;
  await store.transact(act, (snapshot) => {
    runs++;
    // The first is the look without a lock; the second is read and about to be written.
    if (runs <= 2) {
      writeFileSync(file, readFileSync(file, "utf8").replace(/"title":"[^"]*"/, `"title":"pushed ${runs}"`));
      push(clone);
    }
    return comment(snapshot, act, { id: issue.id, text: "mine" });
  });
  expect(runs).toBe(3);
  const now = again(store).snapshot().issue(issue.id);
  expect(now).toMatchObject({ title: "pushed 2", comments: [{ text: "mine" }] });
});

test("a push that is not on the tip is refused by git, and so is one that rewinds", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const clone = cloneOf(store);
  await touch(store, issue.id);
  appendFileSync(join(clone, "config.yaml"), "a: 1\n");
  git(clone, "add", ".");
  expect(() => push(clone)).toThrow(/rejected/);
  expect(() => git(clone, "push", "--quiet", "--force")).toThrow(/denying non-fast-forward/);
  expect(() => git(clone, "push", "--quiet", "origin", ":main")).toThrow(
    /deletion of the current branch prohibited|denyDelete/,
  );
});

test("the branch deleted by hand: unknown, with the command that restores it", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const tip = store.tip();
  git(store.home, "update-ref", "-d", "refs/heads/main");
  for (const one of [store, again(store)]) {
    expect(() => one.snapshot()).toThrow(
      expect.objectContaining({
        code: "unreadable",
        mend: expect.stringContaining(`update-ref refs/heads/main ${tip}`),
      }),
    );
    await expect(touch(one, issue.id)).rejects.toMatchObject({ code: "unreadable" });
  }
  git(store.home, "update-ref", "refs/heads/main", tip);
  await touch(store, issue.id);
});

test("the branch's file emptied by a power cut: the same", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const tip = store.tip();
  writeFileSync(join(store.gitDir, "refs/heads/main"), "");
  const broken = refusal(() => again(store).snapshot());
  expect(broken).toMatchObject({ code: "unreadable" });
  paste(broken.mend);
  expect(again(store).tip()).toBe(tip);
});

test.each([
  ["the branch's file", ["refs/heads/main"]],
  ["refs/heads", ["refs/heads"]],
  ["refs", ["refs"]],
  ["refs and HEAD", ["refs", "HEAD"]],
])("%s removed: the command that is named works in that state, wherever the home is", async (_what, gone) => {
  for (const name of ["home", "Ann's home"]) {
    const store = await newStore("tt", join(tempDir(), name));
    const issue = await add(store, { title: "x" });
    const tip = store.tip();
    const remove = (): void => gone.forEach((path) => rmSync(join(store.gitDir, path), { recursive: true }));
    remove();
    paste(refusal(() => again(store).snapshot()).mend);
    expect(again(store).tip()).toBe(tip);
    await touch(again(store), issue.id);
    expect(git(store.home, "log", "-1", "--format=%s").trim()).toBe(`comment ${issue.id}: written`);
    expect(git(store.home, "fsck", "--strict")).toBe("");
    // Which commit it was is not known here either: what is named finds it.
    const last = store.tip();
    remove();
    rmSync(join(store.gitDir, "fleet/last"));
    const search = refusal(() => again(store).snapshot()).mend?.replace("COMMIT", last);
    expect(paste(search)).toContain(`dangling commit ${last}`);
    expect(again(store).tip()).toBe(last);
  }
});

test("HEAD removed: what git can't read then is reported with a command that makes it readable again", async () => {
  const store = await newStore("tt", join(tempDir(), "Ann's home"));
  const issue = await add(store, { title: "x" });
  git(store.home, "repack", "-q");
  git(store.home, "prune-packed", "-q");
  rmSync(join(store.gitDir, "HEAD"));
  rmSync(cachePath(store.home));
  const [look] = refusal(() => again(store).snapshot()).mend?.split(";") ?? [];
  paste(look);
  expect(again(store).snapshot().issue(issue.id)?.title).toBe("x");
});

test("the branch rewound by hand is noticed, and fixed by the command that is named", async () => {
  const store = await newStore("tt", join(tempDir(), "Ann's home"));
  const issue = await add(store, { title: "x" });
  await touch(store, issue.id);
  const tip = store.tip();
  expect(movedBack(store.home)).toBeUndefined();
  git(store.home, "update-ref", "refs/heads/main", "main~1");
  const moved = movedBack(store.home);
  expect(moved).toMatchObject({ from: tip, to: store.tip() });
  expect(store.snapshot().issue(issue.id)?.comments).toBeUndefined();
  paste(moved?.mend);
  expect(movedBack(store.home)).toBeUndefined();
  expect(store.snapshot().issue(issue.id)?.comments).toHaveLength(1);
});

test("a push raises no alarm, and is the last known tip then", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const clone = cloneOf(store);
  writeFileSync(join(clone, "config.yaml"), "a: 1\n");
  git(clone, "add", ".");
  push(clone);
  expect(movedBack(store.home)).toBeUndefined();
  expect(readFileSync(join(store.gitDir, "fleet", "last"), "utf8").trim()).toBe(store.tip());
});

test("HEAD switched by hand changes nothing", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  git(store.home, "branch", "other", "main~1");
  git(store.home, "symbolic-ref", "HEAD", "refs/heads/other");
  await touch(store, issue.id);
  expect(git(store.home, "rev-list", "--count", "main").trim()).toBe("3");
});

test.each([
  ["gc --prune=now", [["gc", "--quiet", "--prune=now"]]],
  [
    "gc in a home that is not protected from it",
    [
      ["config", "extensions.preciousObjects", "false"],
      ["gc", "--quiet", "--prune=now"],
    ],
  ],
  [
    "repack, prune-packed",
    [
      ["repack", "-q"],
      ["prune-packed", "-q"],
    ],
  ],
  ["pack-refs", [["pack-refs", "--all"]]],
])("%s between writes: the same is read, and writing continues", async (_what, commands) => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const before = plain(store.snapshot().derived);
  for (const command of commands) git(store.home, ...command);
  expect(freshly(store)).toEqual(before);
  await touch(again(store), issue.id);
  expect(again(store).snapshot().issue(issue.id)?.comments).toHaveLength(1);
  expect(git(store.home, "fsck", "--strict")).toBe("");
});

test("git itself refuses to prune or to drop packs in a home, and its gc removes nothing", async () => {
  const store = await newStore();
  const oid = execFileSync("git", ["--git-dir", store.gitDir, "hash-object", "-w", "--stdin"], {
    input: "about to be pointed at",
    encoding: "utf8",
  });
  expect(() => git(store.home, "prune", "--expire=now")).toThrow(/precious-objects/);
  expect(() => git(store.home, "repack", "-adq")).toThrow(/precious-objects/);
  git(store.home, "gc", "--quiet", "--prune=now");
  expect(git(store.home, "cat-file", "-p", oid.trim())).toBe("about to be pointed at");
});

test("a swap to a commit that was swept away meanwhile is refused, so that it is made again", async () => {
  const store = await newStore();
  expect(await swap(store.gitDir, store.tip(), "1".repeat(40))).toEqual({ kind: "refused" });
});

const objectPath = (store: Store, name: string): string => {
  const oid = git(store.home, "rev-parse", name).trim();
  return join(store.gitDir, "objects", oid.slice(0, 2), oid.slice(2));
};

test.each<[string, (path: string) => void]>([
  ["missing", (path) => rmSync(path)],
  ["empty, as a power cut leaves it", (path) => (rmSync(path), writeFileSync(path, ""))],
  ["overwritten", (path) => (rmSync(path), writeFileSync(path, "garbage garbage garbage"))],
])(
  "the object of one shard %s: its issues are unknown, the other shards work, nothing of it is remembered",
  async (_what, spoil) => {
    const store = await newStore();
    const hit = await add(store, { title: "hit", id: "tt-hit" });
    const waits = await add(store, { title: "waits", edges: [{ to: hit.id, type: "blocks" }], id: "tt-waits" });
    const fine = await add(store, { title: "fine", id: "tt-fine" });
    const path = objectPath(store, `main:${fileOf(hit.id)}`);
    const saved = readFileSync(path);
    spoil(path);
    rmSync(cachePath(store.home));
    const lone = again(store);
    const snapshot = lone.snapshot();
    expect([...snapshot.live.keys()].sort()).toEqual([fine.id, waits.id].sort());
    expect(snapshot.problems).toEqual([
      expect.objectContaining({ file: fileOf(hit.id), line: 0, mend: expect.stringContaining("fsck") }),
    ]);
    expect(() => snapshot.issue(hit.id)).toThrow(expect.objectContaining({ code: "unreadable" }));
    expect(() => resolveId(snapshot, "hit")).toThrow(expect.objectContaining({ code: "unreadable" }));
    expect(new Graph(snapshot).ready({ now: NOON }).map((issue) => issue.id)).toEqual([fine.id]);
    await touch(lone, fine.id);
    await expect(touch(lone, hit.id)).rejects.toMatchObject({
      code: "unreadable",
      mend: expect.stringContaining("fetch COPY"),
    });
    for (let n = 0; n < 3; n++) await add(lone, { title: "new ones find another shard" });
    // The copy is back under the same tip: known again, by old and new processes.
    rmSync(path, { force: true });
    writeFileSync(path, saved);
    expect(lone.snapshot().issue(hit.id)?.title).toBe("hit");
    expect(again(store).snapshot().problems).toEqual([]);
    expect(plain(lone.snapshot().derived)).toEqual(freshly(store));
  },
);

test.each(["main", "main^{tree}", "main:issues", "main:meta.json"])(
  "the object %s missing: a typed error, and nothing is written over it",
  async (name) => {
    const store = await newStore();
    const issue = await add(store, { title: "x" });
    rmSync(objectPath(store, name));
    rmSync(cachePath(store.home));
    expect(() => again(store).snapshot()).toThrow(
      expect.objectContaining({ code: "unreadable", mend: expect.stringContaining("fsck") }),
    );
    await expect(touch(again(store), issue.id)).rejects.toMatchObject({ code: "unreadable" });
  },
);

test("a git that fails at everything is not asked for every shard", async () => {
  const store = await newStore();
  git(store.home, "repack", "-q");
  git(store.home, "prune-packed", "-q");
  writeFileSync(join(store.gitDir, "config"), "[broken\n");
  rmSync(cachePath(store.home), { force: true });
  expect(() => again(store).snapshot()).toThrow(/bad config/);
});

const zeroed = (bytes: Buffer): Buffer => bytes.fill(0, bytes.length - 40, bytes.length - 20);
const caches: [string, (path: string) => void][] = [
  ["deleted", (path) => rmSync(path)],
  ["torn", (path) => writeFileSync(path, readFileSync(path).subarray(0, 3_000))],
  ["torn near its end", (path) => writeFileSync(path, readFileSync(path).subarray(0, -3))],
  ["with zeros in the place of an issue", (path) => writeFileSync(path, zeroed(readFileSync(path)))],
  ["empty", (path) => writeFileSync(path, "")],
  ["of the layout before", (path) => writeFileSync(path, '{"shape":2,"tip":"","root":[],"issues":[],"parts":{}}')],
  ["no object", (path) => writeFileSync(path, "[]")],
  ["of another shape", (path) => writeFileSync(path, readFileSync(path, "utf8").replace(/"shape":\d+/, '"shape":0'))],
  [
    "of a commit that is nowhere",
    (path) =>
      writeFileSync(
        path,
        readFileSync(path, "utf8").replaceAll(/("(?:tip|end)":")[0-9a-f]{40}/g, `$1${"1".repeat(40)}`),
      ),
  ],
  ["a directory", (path) => (rmSync(path), mkdirSync(path))],
];
test.each(caches)("a cache that is %s", async (_what, spoil) => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const before = plain(store.snapshot().derived);
  spoil(cachePath(store.home));
  expect(plain(again(store).snapshot().derived)).toEqual(before);
  await touch(again(store), issue.id);
  expect(again(store).snapshot().issue(issue.id)?.comments).toHaveLength(1);
});

test("a cache of an older commit is brought up to date from it, also across a rewind", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const old = readFileSync(cachePath(store.home));
  await touch(store, issue.id);
  const newer = readFileSync(cachePath(store.home));
  writeFileSync(cachePath(store.home), old);
  expect(plain(again(store).snapshot().derived)).toEqual(freshly(store));
  git(store.home, "update-ref", "refs/heads/main", "main~1");
  writeFileSync(cachePath(store.home), newer);
  expect(plain(again(store).snapshot().derived)).toEqual(freshly(store));
});

test("the variables of a hook do not lead a write into another repository", async () => {
  const store = await newStore();
  const project = tempDir();
  git(project, "init", "--quiet");
  vi.stubEnv("GIT_DIR", join(project, ".git"));
  vi.stubEnv("GIT_INDEX_FILE", join(project, ".git", "index"));
  vi.stubEnv("GIT_WORK_TREE", project);
  vi.stubEnv("GIT_OBJECT_DIRECTORY", join(project, ".git", "objects"));
  try {
    const issue = await add(again(store), { title: "x" });
    rmSync(cachePath(store.home));
    expect(again(store).snapshot().issue(issue.id)?.title).toBe("x");
  } finally {
    vi.unstubAllEnvs();
  }
  expect(git(project, "for-each-ref")).toBe("");
  expect(git(store.home, "rev-list", "--count", "main").trim()).toBe("2");
});

test("a person's global hooks, signing and missing identity are nothing to the home", async () => {
  const person = tempDir();
  const hooks = join(person, "hooks");
  mkdirSync(hooks);
  for (const hook of ["pre-commit", "reference-transaction", "update"])
    writeFileSync(join(hooks, hook), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  writeFileSync(
    join(person, ".gitconfig"),
    `[core]\n\thooksPath = ${hooks}\n[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n[user]\n\tuseConfigOnly = true\n`,
  );
  vi.stubEnv("HOME", person);
  vi.stubEnv("XDG_CONFIG_HOME", person);
  vi.stubEnv("GIT_CONFIG_GLOBAL", join(person, ".gitconfig"));
  try {
    const store = await newStore();
    const issue = await add(store, { title: "x" }, { ...acting({ actor: "" }), email: "" });
    expect(again(store).snapshot().issue(issue.id)?.title).toBe("x");
    expect(git(store.home, "fsck", "--strict")).toBe("");
  } finally {
    vi.unstubAllEnvs();
  }
});

test("no git on PATH: a current cache is read, a write says what to install", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  git(store.home, "repack", "-q");
  git(store.home, "prune-packed", "-q");
  const bin = tempDir();
  execFileSync("ln", ["-s", "/bin/sh", join(bin, "sh")]);
  vi.stubEnv("PATH", bin);
  try {
    expect(again(store).snapshot().issue(issue.id)?.title).toBe("x");
    await expect(touch(again(store), issue.id)).rejects.toMatchObject({
      message: "git is not on PATH",
      mend: expect.stringContaining("install git"),
    });
    rmSync(cachePath(store.home));
    expect(() => again(store).snapshot()).toThrow("git is not on PATH");
  } finally {
    vi.unstubAllEnvs();
  }
  await touch(store, issue.id);
});

test("ignores half-written files of dead processes", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  writeFileSync(join(store.gitDir, "objects", "tmp_obj_abcdef"), "half");
  writeFileSync(`${cachePath(store.home)}.0123456789ab`, "{");
  mkdirSync(join(store.home, ".git.new-0123456789ab"));
  mkdirSync(join(store.gitDir, "fleet", "writers"), { recursive: true });
  writeFileSync(join(store.gitDir, "fleet", "writers", "junk"), "");
  expect(homeExists(store.home)).toBe(true);
  await touch(store, issue.id);
  expect(git(store.home, "fsck", "--strict")).toBe("");
});

test("rewrites an object file that was left torn under the right name", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const act = acting();
  await store.transact(act, (s) => update(s, act, { id: issue.id, title: "y" }));
  const path = objectPath(store, `main:${fileOf(issue.id)}`);
  git(store.home, "update-ref", "refs/heads/main", "main~1");
  rmSync(path);
  writeFileSync(path, "");
  await store.transact(act, (s) => update(s, act, { id: issue.id, title: "y" }));
  expect(statSync(path).size).toBeGreaterThan(0);
  expect(git(store.home, "fsck", "--strict", "--no-dangling")).toBe("");
});

test("a claim and a close through a stale store object see what others did", async () => {
  const store = await newStore();
  const issue = await add(store, {
    title: "x",
    edges: [edge("", "external:a:b")].map(() => ({ to: "external:a:b", type: "blocks" })),
  });
  const stale = again(store);
  stale.snapshot();
  const bob = acting({ actor: "bob" });
  await store.transact(bob, (s) => claim(s, bob, { id: issue.id }));
  const ann = acting();
  await expect(stale.transact(ann, (s) => claim(s, ann, { id: issue.id }))).rejects.toThrow(
    "issue already claimed by bob",
  );
  await stale.transact(ann, (s) => close(s, ann, { id: issue.id, reason: "r" }));
  expect(store.snapshot().issue(issue.id)?.status).toBe("closed");
  expect(existsSync(join(store.gitDir, "refs/heads/main.lock"))).toBe(false);
});

test("a lock of the courtesy that a dead process left delays a write by its patience at most, also one of the future", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  const lock = join(store.gitDir, "fleet", "write.lock");
  for (const age of [-60_000, 0, 3_600_000]) {
    mkdirSync(lock, { recursive: true });
    const at = new Date(Date.now() + age);
    utimesSync(lock, at, at);
    const start = performance.now();
    await touch(again(store), issue.id);
    expect(performance.now() - start).toBeLessThan(4_000);
    rmSync(lock, { recursive: true, force: true });
  }
});

test("files whose names are not UTF-8 keep them, also two that would look the same", async () => {
  const store = await newStore();
  const blob = git(store.gitDir, "rev-parse", "main:memories.jsonl").trim();
  const tree = git(store.gitDir, "ls-tree", "main");
  const issues = git(store.gitDir, "ls-tree", "main:issues");
  const odd = (text: string): Buffer =>
    Buffer.concat([
      Buffer.from(text),
      ...[0xfe, 0xff].map((byte) => Buffer.from(`100644 blob ${blob}\tcaf${String.fromCodePoint(byte)}\n`, "latin1")),
    ]);
  const mktree = (text: string): string =>
    execFileSync("git", ["mktree"], { cwd: store.gitDir, input: odd(text), env: personal() })
      .toString()
      .trim();
  const inner = mktree(issues);
  const root = mktree(tree.replace(/(?<=tree )[0-9a-f]{40}(?=\tissues)/, inner));
  const commit = git(store.gitDir, "commit-tree", "-m", "odd", "-p", "main", root).trim();
  git(store.gitDir, "update-ref", "refs/heads/main", commit);
  const names = (of: string): string[] => git(store.gitDir, "ls-tree", "--name-only", of).split("\n");
  const before = [names("main"), names("main:issues")];
  // One from git, one from the cache.
  for (const title of ["x", "y"]) await add(new Store(store.home), { title });
  expect([names("main"), names("main:issues")]).toEqual(before);
  expect(before[0]).toEqual(expect.arrayContaining([expect.stringContaining("376"), expect.stringContaining("377")]));
  expect(git(store.gitDir, "fsck", "--strict", "--no-dangling")).toBe("");
});
