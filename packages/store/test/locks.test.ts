/** What a killed git leaves in the way, and what a living one holds. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { meetLock } from "../src/git/break-lock.ts";
import { newNote, noteWriter, readNotes } from "../src/git/notes.ts";
import { startTime } from "../src/git/process.ts";
import { readySwap, swap } from "../src/git/swap.ts";
import { comment } from "../src/ops/comment.ts";
import { Store } from "../src/store.ts";
import { acting, add, git, newStore } from "./support.ts";

const lockOf = (store: Store): string => join(store.gitDir, "refs/heads/main.lock");
/** Ended when the file is done: concurrent tests have no hooks of their own. */
const started: ChildProcess[] = [];
afterAll(() => started.forEach((child) => child.kill("SIGKILL")));

const OID = "ab".repeat(20);

/** A process that is noted as a writer of `commit` and does nothing. */
async function writer(store: Store, commit: string): Promise<ChildProcess> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  started.push(child);
  await once(child, "spawn");
  noteWriter(store.gitDir, commit, child.pid ?? 0);
  return child;
}

async function deadWriter(store: Store, commit: string): Promise<void> {
  const child = await writer(store, commit);
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** A lock that was made `age` milliseconds ago. */
function leave(store: Store, content: string, age = 0): void {
  writeFileSync(lockOf(store), content);
  const at = new Date(Date.now() - age);
  utimesSync(lockOf(store), at, at);
}

async function timed(store: Store, id: string): Promise<number> {
  const start = performance.now();
  const act = acting();
  await store.transact(act, (s) => comment(s, act, { id, text: "through" }));
  return performance.now() - start;
}

test("a lock with a dead writer's commit in it goes at once, also beside living writers of other commits", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  await deadWriter(store, OID);
  await writer(store, "cd".repeat(20));
  leave(store, `${OID}\n`);
  expect(await timed(store, issue.id)).toBeLessThan(1_000);
  expect(existsSync(lockOf(store))).toBe(false);
});

test("an empty lock of a dead writer goes within seconds", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  await deadWriter(store, OID);
  // A writer that was killed before it wrote its note holds nothing, and must not hold up anybody.
  writeFileSync(newNote(store.gitDir, OID), "");
  leave(store, "");
  expect(await timed(store, issue.id)).toBeLessThan(4_000);
});

test("several writers that meet the same dead lock break it once, and all of them write", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  await deadWriter(store, OID);
  leave(store, `${OID}\n`);
  await Promise.all(Array.from({ length: 5 }, async () => await timed(new Store(store.home), issue.id)));
  expect(new Store(store.home).snapshot().issue(issue.id)?.comments).toHaveLength(5);
  expect(readdirSync(join(store.gitDir, "fleet", "breaking"))).toHaveLength(1);
  expect(readNotes(store.gitDir, Date.now())).toEqual([]);
});

const held: [string, (store: Store) => Promise<void>, RegExp][] = [
  [
    "of a living writer",
    async (store) => (await writer(store, OID), leave(store, OID, 60_000)),
    /process \d+ holds git's lock on the branch for 6\d s/,
  ],
  [
    "of somebody else, with a dead writer about",
    async (store) => (await deadWriter(store, OID), leave(store, "ef".repeat(20), 60_000)),
    /another program holds/,
  ],
  [
    "empty, with no dead writer that could have left it",
    async (store) => leave(store, "", 60_000),
    /another program holds/,
  ],
  [
    "empty, with a writer that lives among the dead",
    async (store) => {
      await deadWriter(store, OID);
      await writer(store, "cd".repeat(20));
      // Older than a second, and made after both.
      leave(store, "");
    },
    /process \d+ holds/,
  ],
];
test.concurrent.each(held)("a lock %s is waited for, then named, never broken", async (_what, make, message) => {
  const dir = mkdtempSync(join(tmpdir(), "fleet-locks-"));
  try {
    const store = await newStore("tt", join(dir, "home"));
    const issue = await add(store, { title: "x" });
    await make(store);
    const content = readFileSync(lockOf(store), "utf8");
    await expect(timed(store, issue.id)).rejects.toMatchObject({
      code: "unwritable",
      message: expect.stringMatching(message),
      where: lockOf(store),
    });
    expect(readFileSync(lockOf(store), "utf8")).toBe(content);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("an empty lock is not broken while a git works in the home", async () => {
  const store = await newStore();
  await deadWriter(store, OID);
  const child = spawn("git", [`--git-dir=${store.gitDir}`, "cat-file", "--batch"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.write("HEAD\n");
  await once(child.stdout, "data");
  leave(store, "");
  const in2s = Date.now() + 2_000;
  expect(meetLock(store.gitDir, in2s).kind).toBe("held");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(meetLock(store.gitDir, in2s).kind).toBe("broken");
});

test("a git that waits to be told holds nothing: an empty lock is broken beside it", async () => {
  const store = await newStore();
  await deadWriter(store, OID);
  leave(store, "");
  const waiting = readySwap(store.gitDir);
  expect(readFileSync(`/proc/${waiting.pid}/cmdline`, "utf8")).toContain("update-ref");
  expect(meetLock(store.gitDir, Date.now() + 2_000).kind).toBe("broken");
  waiting.tell("");
  expect(await waiting.ended).toMatchObject({ code: 0 });
});

test.each([true, false])(
  "a git that is killed before it is told is replaced by another (reaped: %s)",
  async (isReaped) => {
    const store = await newStore();
    await add(store, { title: "x" });
    const tip = store.tip();
    const commit = git(store.gitDir, "commit-tree", "-m", "next", "-p", tip, `${tip}^{tree}`).trim();
    const dead = readySwap(store.gitDir);
    process.kill(dead.pid ?? 0, "SIGKILL");
    if (isReaped) await dead.ended;
    expect(await swap(store.gitDir, tip, commit, dead)).toEqual({ kind: "moved" });
    expect(store.tip()).toBe(commit);
  },
);

test("the right to break a lock passes on from a holder that died, and is kept by one that lives", async () => {
  const store = await newStore();
  await deadWriter(store, OID);
  leave(store, OID);
  const stat = statSync(lockOf(store), { bigint: true });
  const dir = join(store.gitDir, "fleet", "breaking");
  mkdirSync(dir, { recursive: true });
  const right = (n: number): string => join(dir, `${stat.ino}-${stat.mtimeNs}-${n}`);
  const parent = process.ppid;
  writeFileSync(right(0), "999999999 1");
  writeFileSync(right(1), `${parent} ${startTime(parent)}`);
  expect(meetLock(store.gitDir, Date.now()).kind).toBe("held");
  writeFileSync(right(1), `${parent} another start`);
  expect(meetLock(store.gitDir, Date.now()).kind).toBe("broken");
});

test("a note is swept only when its writer is dead and no lock is there", async () => {
  const store = await newStore();
  await deadWriter(store, OID);
  const living = await writer(store, OID);
  const starting = newNote(store.gitDir, OID);
  writeFileSync(starting, "");
  expect(meetLock(store.gitDir, Date.now()).kind).toBe("free");
  expect(readNotes(store.gitDir, Date.now()).map((note) => note.pid)).toEqual(expect.arrayContaining([living.pid]));
  expect(existsSync(starting)).toBe(true);
  expect(readNotes(store.gitDir, Date.now())).toHaveLength(2);
});

test("locks of HEAD and of the packed refs that somebody left are not in our way", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  writeFileSync(join(store.gitDir, "HEAD.lock"), "");
  writeFileSync(join(store.gitDir, "packed-refs.lock"), "");
  expect(await timed(store, issue.id)).toBeLessThan(1_000);
  expect(existsSync(join(store.gitDir, "HEAD.lock"))).toBe(true);
});

test("a git that is killed while it moves the branch: the swap is made all the same, once", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const tip = store.tip();
  expect(await swap(store.gitDir, "0".repeat(39) + "1", tip)).toEqual({ kind: "moved" });
  expect(
    await swap(store.gitDir, "0".repeat(39) + "1", "0".repeat(39) + "2").catch((error: unknown) => error),
  ).toMatchObject({ code: "unreadable" });
});
