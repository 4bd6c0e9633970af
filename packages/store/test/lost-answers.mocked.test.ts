/** A file system that does a step and says that it did not (NFS, a request sent twice), or fails in the middle of one. */
import type * as Fs from "node:fs";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";

import { lockPath } from "../src/git/break-lock.ts";
import { notesDir } from "../src/git/notes.ts";
import { readTip } from "../src/git/tip.ts";
import { swap } from "../src/git/swap.ts";
import { startTime } from "@fleet/kit/process/id";
import { fateOf, ownId } from "@fleet/kit/process/id";
import type { Store } from "../src/store.ts";
import { add, git, newStore } from "./support.ts";

/** What happens after a step was done; undefined: nothing out of the ordinary. */
const after = vi.hoisted((): Partial<Record<"linkSync" | "renameSync" | "fsyncSync", (path: string) => void>> => ({}));

/** Too many files are open when this is to be read. */
const refused = vi.hoisted((): { path?: string } => ({}));

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof Fs>();
  return {
    ...fs,
    openSync: (path: string, flags: string, ...mode: []) =>
      path === refused.path ? saying("EMFILE") : fs.openSync(path, flags, ...mode),
    linkSync: (from: string, to: string) => (fs.linkSync(from, to), after.linkSync?.(to)),
    renameSync: (from: string, to: string) => (fs.renameSync(from, to), after.renameSync?.(to)),
    fsyncSync: (file: number) => (fs.fsyncSync(file), after.fsyncSync?.(fs.readlinkSync(`/proc/self/fd/${file}`))),
  };
});

beforeEach(() => {
  delete refused.path;
  delete after.linkSync;
  delete after.renameSync;
  delete after.fsyncSync;
});

function saying(code: string): never {
  throw Object.assign(new Error(code), { code });
}

async function ready(): Promise<{ store: Store; tip: string; commit: string }> {
  const store = await newStore();
  await add(store, { title: "x" });
  const tip = store.tip();
  return { store, tip, commit: git(store.gitDir, "commit-tree", "-m", "next", "-p", tip, `${tip}^{tree}`).trim() };
}

const left = (store: Store): string[] => readdirSync(notesDir(store.gitDir));

test("a lock that was made, and of which we hear that it was there, is ours", async () => {
  const { store, tip, commit } = await ready();
  after.linkSync = (to) => to === lockPath(store.gitDir) && saying("EEXIST");
  expect(await swap(store.gitDir, tip, commit)).toEqual({ kind: "moved" });
  expect([existsSync(lockPath(store.gitDir)), left(store)]).toEqual([false, []]);
});

test("a branch that was moved, and of which we hear that it was not, is moved; the next one's lock is left alone", async () => {
  const { store, tip, commit } = await ready();
  after.renameSync = (to) => {
    if (to !== join(store.gitDir, "refs/heads/main")) return;
    writeFileSync(lockPath(store.gitDir), "another's");
    saying("ENOENT");
  };
  expect(await swap(store.gitDir, tip, commit)).toEqual({ kind: "moved" });
  expect([readTip(store.gitDir), existsSync(lockPath(store.gitDir)), left(store)]).toEqual([commit, true, []]);
});

test("a disk that fails under the lock or at the note: a typed error, and neither of them is left", async () => {
  const { store, tip, commit } = await ready();
  after.fsyncSync = (path) => path.startsWith(notesDir(store.gitDir)) && saying("EIO");
  await expect(swap(store.gitDir, tip, commit)).rejects.toMatchObject({ code: "unwritable" });
  delete after.fsyncSync;
  after.linkSync = (to) => to === lockPath(store.gitDir) && saying("EIO");
  await expect(swap(store.gitDir, tip, commit)).rejects.toMatchObject({ code: "unwritable" });
  expect([store.tip(), existsSync(lockPath(store.gitDir)), left(store)]).toEqual([tip, false, []]);
});

test("a process whose /proc entry is unreadable is unknown, not dead", () => {
  const living = { ...ownId(), pid: process.ppid, start: startTime(process.ppid) ?? "" };
  refused.path = `/proc/${process.ppid}/stat`;
  expect(fateOf(living)).toBe("unknown");
  refused.path = "/proc/999999999/stat";
  expect(fateOf({ ...living, pid: 999_999_999 })).toBe("dead");
});

test("a file system without hard links says so", async () => {
  const { store, tip, commit } = await ready();
  after.linkSync = () => saying("ENOTSUP");
  await expect(swap(store.gitDir, tip, commit)).rejects.toMatchObject({
    code: "unwritable",
    message: expect.stringContaining("no hard links"),
  });
});
