/** Disks that refuse: full, read-only. A typed error, nothing half-written, reads continue. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { cachePath } from "../src/cache.ts";
import { createHome } from "../src/create-home.ts";
import { comment } from "../src/ops/comment.ts";
import { Store } from "../src/store.ts";
import { acting, add, author, git, newStore, NOON, tempDir } from "./support.ts";

/** A small disk of its own, or undefined where mounting is not allowed. */
function smallDisk(size: string): string | undefined {
  const dir = tempDir();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", dir], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", dir]));
  return dir;
}

async function say(store: Store, id: string, text = "said"): Promise<void> {
  const act = acting();
  await store.transact(act, (s) => comment(s, act, { id, text }));
}

const leftovers = (store: Store): string[] =>
  readdirSync(join(store.gitDir, "objects"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes("tmp_obj"),
  );

test("a full disk: nothing was written, everything is still read, and with room again writing continues", async (context) => {
  const disk = smallDisk("2m");
  if (disk === undefined) return context.skip("mounting a tmpfs is not allowed here");
  const store = await newStore("tt", join(disk, "home"));
  const issue = await add(store, { title: "x" });
  const free = statfsSync(disk).bavail * statfsSync(disk).bsize;
  // Room for less and less: each step of a write is the one that fails.
  for (const room of [0, 4_096, 8_192, 16_384, 24_576, 32_768]) {
    writeFileSync(join(disk, "ballast"), Buffer.alloc(free - room));
    const before = store.tip();
    const said = `${"x".repeat(30_000)}${Array.from({ length: 3_000 }, (_, n) => (n * 7919) % 9973).join("")}`;
    const outcome = await say(new Store(store.home), issue.id, said).catch((error: unknown) => error);
    if (outcome !== undefined) {
      expect(outcome).toMatchObject({
        code: "unwritable",
        message: "nothing was written: the disk is full",
        mend: expect.stringContaining("df -h"),
      });
      expect(store.tip()).toBe(before);
    }
    expect(new Store(store.home).snapshot().issue(issue.id)?.title).toBe("x");
    expect(leftovers(store)).toEqual([]);
    rmSync(join(disk, "ballast"));
    expect(git(store.home, "fsck", "--strict", "--no-dangling")).toBe("");
  }
  await say(store, issue.id);
});

test("a full disk where a home is to be made: said, and nothing is left", async (context) => {
  const disk = smallDisk("24k");
  if (disk === undefined) return context.skip("mounting a tmpfs is not allowed here");
  const home = join(disk, "home");
  await expect(createHome(home, { prefix: "tt", author, seconds: NOON / 1000 })).rejects.toMatchObject({
    code: "unwritable",
  });
  expect(readdirSync(home)).toEqual([]);
});

test("a read-only disk: a write says so, a read needs no cache", async (context) => {
  const disk = smallDisk("2m");
  if (disk === undefined && process.getuid?.() === 0)
    return context.skip("neither mounting nor permissions can refuse here");
  const place = disk ?? tempDir();
  const store = await newStore("tt", join(place, "home"));
  const issue = await add(store, { title: "x" });
  rmSync(cachePath(store.home));
  const before = store.tip();
  const lock = (on: boolean): void => {
    if (disk !== undefined) execFileSync("mount", ["-o", `remount,${on ? "ro" : "rw"}`, disk]);
    else execFileSync("chmod", ["-R", on ? "a-w" : "u+w", place]);
  };
  lock(true);
  try {
    const start = performance.now();
    await expect(say(new Store(store.home), issue.id)).rejects.toMatchObject({
      code: "unwritable",
      message: expect.stringMatching(/nothing was written: (?:the file system is read-only|permission was refused)/),
    });
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(new Store(store.home).snapshot().issue(issue.id)?.title).toBe("x");
    await expect(createHome(join(place, "other"), { prefix: "tt", author, seconds: 0 })).rejects.toMatchObject({
      code: "unwritable",
    });
  } finally {
    lock(false);
  }
  expect(store.tip()).toBe(before);
  await say(store, issue.id);
});

test("only the branch's directory refuses: said at once, not waited for", async (context) => {
  const disk = smallDisk("2m");
  if (disk === undefined) return context.skip("mounting a tmpfs is not allowed here");
  const store = await newStore("tt", join(disk, "home"));
  const issue = await add(store, { title: "x" });
  const heads = join(store.gitDir, "refs", "heads");
  const tip = store.tip();
  mkdirSync(join(disk, "ro"));
  execFileSync("cp", ["-a", `${heads}/.`, join(disk, "ro")]);
  execFileSync("mount", ["--bind", join(disk, "ro"), heads]);
  try {
    execFileSync("mount", ["-o", "remount,bind,ro", heads]);
    const start = performance.now();
    await expect(say(store, issue.id)).rejects.toMatchObject({
      message: "nothing was written: the file system is read-only",
    });
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(store.tip()).toBe(tip);
  } finally {
    execFileSync("umount", [heads]);
  }
  await say(store, issue.id);
});

test("a run directory that refuses costs the cache and nothing else", async () => {
  const store = await newStore();
  const issue = await add(store, { title: "x" });
  rmSync(join(store.home, "run"), { recursive: true });
  writeFileSync(join(store.home, "run"), "a file");
  chmodSync(join(store.home, "run"), 0o400);
  await say(new Store(store.home), issue.id);
  expect(new Store(store.home).snapshot().issue(issue.id)?.comments).toHaveLength(1);
});
