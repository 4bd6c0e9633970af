/** What a killed git leaves in the way, and what a living one holds. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { meetLock } from "../src/git/break-lock.ts";
import { notesDir, noteWriter, readNotes } from "../src/git/notes.ts";
import { startTime } from "@fleet/kit/process/id";
import { swap } from "../src/git/swap.ts";
import { decodeId, encodeId, fateOf, hostOf, ownId } from "@fleet/kit/process/id";
import { comment } from "../src/ops/comment.ts";
import { Store } from "../src/store.ts";
import { acting, add, git, newStore } from "./support.ts";

const lockOf = (store: Store): string => join(store.gitDir, "refs/heads/main.lock");
/** Ended when the file is done: concurrent tests have no hooks of their own. */
const started: ChildProcess[] = [];
afterAll(() => started.forEach((child) => child.kill("SIGKILL")));

const OID = "ab".repeat(20);

interface Writer {
  readonly child: ChildProcess;
  readonly note: string;
}

/** A process that is noted as a writer of `commit` and does nothing. */
async function writer(store: Store, commit: string): Promise<Writer> {
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  started.push(child);
  await once(child, "spawn");
  return { child, note: note(store, commit, idOf(child.pid ?? 0)) };
}

const idOf = (pid: number): string => encodeId({ pid, start: startTime(pid) ?? "", place: ownId().place });

let notes = 0;

/** Another process's note, as it would have made it itself. */
function note(store: Store, commit: string, id: string): string {
  const path = join(notesDir(store.gitDir), `${commit}-${id}-${notes++}`);
  mkdirSync(notesDir(store.gitDir), { recursive: true });
  writeFileSync(path, `${commit}\n`);
  return path;
}

async function deadWriter(store: Store, commit: string): Promise<string> {
  const { child, note: left } = await writer(store, commit);
  child.kill("SIGKILL");
  await once(child, "exit");
  return left;
}

/** A lock that was made `age` milliseconds ago, of this note or with this content. */
function leave(store: Store, of: { readonly note: string } | { readonly content: string }, age = 0): void {
  if ("note" in of) linkSync(of.note, lockOf(store));
  else writeFileSync(lockOf(store), of.content);
  const at = new Date(Date.now() - age);
  utimesSync(lockOf(store), at, at);
}

async function timed(store: Store, id: string): Promise<number> {
  const start = performance.now();
  const act = acting();
  await store.transact(act, (s) => comment(s, act, { id, text: "through" }));
  return performance.now() - start;
}

test("removes a dead writer's lock at once, also with living writers, one of the same commit", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  await writer(store, OID);
  leave(store, { note: await deadWriter(store, OID) });
  await writer(store, "cd".repeat(20));
  expect(await timed(store, issue.id)).toBeLessThan(1_000);
  expect(existsSync(lockOf(store))).toBe(false);
});

test("several writers that find the same dead lock break it once, and all of them write", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  leave(store, { note: await deadWriter(store, OID) });
  await Promise.all(Array.from({ length: 5 }, async () => await timed(new Store(store.home), issue.id)));
  expect(new Store(store.home).snapshot().issue(issue.id)?.comments).toHaveLength(5);
  expect(readdirSync(join(store.gitDir, "fleet", "breaking"))).toHaveLength(1);
  expect(readNotes(store.gitDir)).toEqual([]);
});

const ELSEWHERE = "4026531836.0123456789ab.other_host";

const held: [string, (store: Store) => Promise<void>, RegExp][] = [
  [
    "of a living writer",
    async (store) => leave(store, { note: (await writer(store, OID)).note }, 60_000),
    /process \d+ holds git's lock on the branch for 6\d s/,
  ],
  [
    "of a writer of another machine, whose pid is nobody's here",
    async (store) => leave(store, { note: note(store, OID, `999999999-1-${ELSEWHERE}`) }, 60_000),
    /process 999999999 of another container or machine \(other_host\) holds/,
  ],
  [
    "of somebody else, with a dead writer about",
    async (store) => (await deadWriter(store, OID), leave(store, { content: "ef".repeat(20) }, 60_000)),
    /another program holds/,
  ],
  [
    "of a git that takes the branch to a dead writer's commit again",
    async (store) => (await deadWriter(store, OID), leave(store, { content: `${OID}\n` }, 60_000)),
    /another program holds/,
  ],
  [
    "empty, which none of ours ever is",
    async (store) => (await deadWriter(store, OID), leave(store, { content: "" }, 60_000)),
    /another program holds/,
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

test("the right to break a lock passes on from a holder that died, and is kept by one that lives", async () => {
  const store = await newStore();
  leave(store, { note: await deadWriter(store, OID) });
  const stat = statSync(lockOf(store), { bigint: true });
  const dir = join(store.gitDir, "fleet", "breaking");
  mkdirSync(dir, { recursive: true });
  const right = (n: number): string => join(dir, `${stat.ino}-${stat.mtimeNs}-${OID}-${n}`);
  const living = { pid: process.ppid, start: startTime(process.ppid) ?? "", place: ownId().place };
  writeFileSync(right(0), encodeId({ ...living, pid: 999_999_999 }));
  for (const holder of [living, { pid: 999_999_999, start: "1", place: ELSEWHERE }]) {
    writeFileSync(right(1), encodeId(holder));
    expect(meetLock(store.gitDir, Date.now()).kind).toBe("held");
  }
  writeFileSync(right(1), encodeId({ ...living, start: "1" }));
  expect(meetLock(store.gitDir, Date.now()).kind).toBe("broken");
});

test("a note is swept only when its writer is dead and no lock is there", async () => {
  const store = await newStore();
  await deadWriter(store, OID);
  const living = (await writer(store, OID)).child;
  note(store, OID, `999999999-1-${ELSEWHERE}`);
  const own = noteWriter(store.gitDir, OID);
  writeFileSync(join(notesDir(store.gitDir), "something else"), "");
  expect(meetLock(store.gitDir, Date.now()).kind).toBe("free");
  expect(readNotes(store.gitDir)).toHaveLength(3);
  expect(readNotes(store.gitDir).map(({ writer: { pid }, fate }) => ({ pid, fate }))).toEqual(
    expect.arrayContaining([
      { pid: living.pid, fate: "alive" },
      { pid: process.pid, fate: "alive" },
      { pid: 999_999_999, fate: "unknown" },
    ]),
  );
  expect(readFileSync(own, "utf8")).toBe(`${OID}\n`);
});

test("stale locks of HEAD and of the packed refs do not block us", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  writeFileSync(join(store.gitDir, "HEAD.lock"), "");
  writeFileSync(join(store.gitDir, "packed-refs.lock"), "");
  expect(await timed(store, issue.id)).toBeLessThan(1_000);
  expect(existsSync(join(store.gitDir, "HEAD.lock"))).toBe(true);
});

const next = (store: Store, tip: string): string =>
  git(store.gitDir, "commit-tree", "-m", "next", "-p", tip, `${tip}^{tree}`).trim();

test("a writer that was killed with the lock in place: the next one moves the branch, once", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const tip = store.tip();
  const commit = next(store, tip);
  const { child, note: left } = await writer(store, commit);
  linkSync(left, lockOf(store));
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await swap(store.gitDir, tip, commit)).toEqual({ kind: "moved" });
  expect([store.tip(), existsSync(lockOf(store)), readNotes(store.gitDir)]).toEqual([commit, false, []]);
});

test("the branch is moved from just where it was, packed or not, and nothing is left of a refusal", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const tip = store.tip();
  const commit = next(store, tip);
  expect(await swap(store.gitDir, "0".repeat(39) + "1", commit)).toEqual({ kind: "refused" });
  expect([store.tip(), existsSync(lockOf(store)), readNotes(store.gitDir)]).toEqual([tip, false, []]);
  git(store.gitDir, "pack-refs", "--all");
  rmSync(join(store.gitDir, "refs", "heads"), { recursive: true });
  expect(await swap(store.gitDir, tip, commit)).toEqual({ kind: "moved" });
  expect(git(store.gitDir, "rev-parse", "main").trim()).toBe(commit);
});

test("what is in the history already is not moved to again", async () => {
  const store = await newStore();
  await add(store, { title: "x" });
  const tip = store.tip();
  expect(await swap(store.gitDir, "0".repeat(39) + "1", tip)).toEqual({ kind: "moved" });
  expect(
    await swap(store.gitDir, "0".repeat(39) + "1", "0".repeat(39) + "2").catch((error: unknown) => error),
  ).toMatchObject({ code: "unreadable" });
});

test("git itself and this writer keep out of each other's way", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  // git holds the lock between `prepare` and the end of its input.
  const other = spawn("git", [`--git-dir=${store.gitDir}`, "update-ref", "--stdin"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  started.push(other);
  const tip = store.tip();
  const theirs = next(store, tip);
  other.stdin.write(`start\nupdate refs/heads/main ${theirs} ${tip}\nprepare\n`);
  while (!existsSync(lockOf(store))) await once(other.stdout, "data");
  const ours = timed(store, issue.id);
  other.stdin.end("commit\n");
  await once(other, "exit");
  await ours;
  expect(git(store.gitDir, "log", "--format=%s", "-3", "main").split("\n")).toEqual(
    [expect.stringContaining("comment"), "next", expect.stringContaining("create")].concat([""]),
  );
  const back = next(store, store.tip());
  expect(git(store.gitDir, "update-ref", "refs/heads/main", back, store.tip())).toBe("");
});

test.concurrent.each([
  ["a directory", (path: string) => mkdirSync(path)],
  ["a link to nowhere", (path: string) => symlinkSync("/nowhere/at/all", path)],
])("%s in the lock's place is reported after a while, and left there", async (_what, make) => {
  const dir = mkdtempSync(join(tmpdir(), "fleet-locks-"));
  try {
    const store = await newStore("tt", join(dir, "home"));
    const issue = await add(store, { title: "x" });
    make(lockOf(store));
    await expect(timed(store, issue.id)).rejects.toMatchObject({
      code: "unwritable",
      message: "the branch's lock could not be made for 5 s",
      mend: expect.stringContaining("remove it"),
    });
    expect(lstatSync(lockOf(store)).isFile()).toBe(false);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("a process is dead by its pid where that says something, or by a later boot of the same machine; else unknown", () => {
  const own = ownId();
  const [space = "", boot = ""] = own.place.split(".");
  const host = hostOf(own);
  expect(decodeId(encodeId(own))).toEqual(own);
  expect(decodeId("123 Sat Nov 21 20:35:01 2026")).toBeUndefined();
  expect(fateOf(own)).toBe("alive");
  expect(fateOf({ ...own, start: "" })).toBe("unknown");
  expect(fateOf({ ...own, start: "1" })).toBe("dead");
  expect(fateOf({ ...own, pid: 999_999_999 })).toBe("dead");
  expect(fateOf({ ...own, place: `1.${boot}.${host}` })).toBe("unknown");
  expect(fateOf({ ...own, place: `.${boot}.${host}` })).toBe("unknown");
  expect(fateOf({ ...own, place: `${space}.${boot}.renamed` })).toBe("alive");
  expect(fateOf({ ...own, place: `${space}.0123456789ab.${host}` })).toBe("dead");
  expect(fateOf({ ...own, place: `${space}.0123456789ab.other` })).toBe("unknown");
  expect(fateOf({ ...own, place: `..${host}` })).toBe("unknown");
});
