/** Which directory is the home, and how it is made. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { diskTrouble } from "@fleet/kit/errors";
import { FleetError } from "@fleet/kit/errors";
import { createHome } from "../src/create-home.ts";
import { homeExists, homePath } from "../src/home.ts";
import { FORMAT } from "../src/meta.ts";
import { Store } from "../src/store.ts";
import { acting, add, author, cloneOf, git, newStore, NOON, tempDir } from "./support.ts";

const wanted = { prefix: "tt", author, seconds: NOON / 1000 };

test.each([
  [{ FLEET_HOME: "/a", BEADS_DIR: "/b", HOME: "/h" }, "/a"],
  [{ BEADS_DIR: "b", HOME: "/h" }, "/cwd/b"],
  [{ FLEET_HOME: "", HOME: "/h" }, "/h/.fleet"],
])("%j is the home %s", (env, path) => {
  expect(homePath(env, "/cwd")).toBe(path);
});

test("without HOME the error says what to set", () => {
  expect(() => homePath({}, "/cwd")).toThrow(
    expect.objectContaining({ code: "home", mend: "set FLEET_HOME to a directory" }),
  );
});

test("it is made once, adopted ever after, and leaves nothing next to itself", async () => {
  const home = join(tempDir(), "deep", "home");
  expect(homeExists(home)).toBe(false);
  expect(await createHome(home, wanted)).toBe("created");
  const issue = await add(new Store(home), { title: "kept" });
  expect(await createHome(home, { ...wanted, prefix: "other" })).toBe("adopted");
  expect(new Store(home).snapshot().issue(issue.id)?.title).toBe("kept");
  expect(readdirSync(home).sort()).toEqual([".git", "run"]);
  expect(git(home, "ls-tree", "-r", "--name-only", "main").trim().split("\n")).toHaveLength(256 + 3);
  expect(git(home, "fsck", "--strict")).toBe("");
});

test("of many that make it at once one wins, and all of them use the same", async () => {
  const home = join(tempDir(), "home");
  const results = await Promise.all(Array.from({ length: 8 }, async () => await createHome(home, wanted)));
  expect(results.filter((result) => result === "created")).toHaveLength(1);
  expect(readdirSync(home)).toEqual([".git"]);
});

test("a path that git's configuration could misread works", async () => {
  const home = join(tempDir(), 'a #b ;c "d\\e');
  const store = await newStore("tt", home);
  await add(store, { title: "x" });
  expect(git(home, "config", "core.hooksPath").trim()).toBe(join(home, ".git", "hooks"));
});

test("what is named to run where a home can't be made works as pasted, also where the path has a space and a quote", async () => {
  const home = join(tempDir(), "Ann's home", ".fleet");
  mkdirSync(dirname(home));
  const mend = async (): Promise<string> => {
    const error: unknown = await createHome(home, wanted).catch((caught: unknown) => caught);
    return error instanceof FleetError ? (error.mend ?? "none") : "not refused";
  };
  const paste = (command = "false"): string => execFileSync("sh", ["-c", command], { encoding: "utf8" });
  writeFileSync(home, "mine");
  paste((await mend()).split(", or ")[0]);
  expect(readFileSync(`${home}.old`, "utf8")).toBe("mine");
  const refused = diskTrouble(Object.assign(new Error("x"), { code: "EACCES" }), `${home}.old`);
  expect(paste(refused instanceof FleetError ? refused.mend : undefined)).toMatch(/^Filesystem[^]*\.fleet\.old\n$/);
  expect(await createHome(home, wanted)).toBe("created");
});

test("does not suggest moving a file that was named as the home by mistake", async () => {
  const file = join(tempDir(), "passwd");
  writeFileSync(file, "root");
  const error: unknown = await createHome(file, wanted).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ mend: "unset FLEET_HOME, or set it to a directory" });
});

test("a directory with other things in it becomes a home and keeps them", async () => {
  const home = tempDir();
  writeFileSync(join(home, "config.yaml"), "a: 1\n");
  expect(await createHome(home, wanted)).toBe("created");
  expect(existsSync(join(home, "config.yaml"))).toBe(true);
});

test.each<[string, (dir: string) => string, RegExp]>([
  ["a file", (dir) => (writeFileSync(join(dir, "f"), ""), join(dir, "f")), /is a file/],
  [
    "a path through a file",
    (dir) => (writeFileSync(join(dir, "f"), ""), join(dir, "f", "home")),
    /a part of the path is a file/,
  ],
  [
    "a git repository that is no home",
    (dir) => (git(dir, "init", "--quiet"), dir),
    /a git repository, but not a fleet home/,
  ],
  [
    "a linked worktree",
    (dir) => (writeFileSync(join(dir, ".git"), "gitdir: /nowhere\n"), dir),
    /a git repository, but not a fleet home/,
  ],
])("%s is refused, saying what it is", async (_what, make, message) => {
  const home = make(tempDir());
  const refused = createHome(home, wanted);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toBeInstanceOf(FleetError);
});

test("a home of a newer format says which side is too old, also when the cache is current", async () => {
  const store = await newStore();
  const clone = cloneOf(store);
  writeFileSync(join(clone, "meta.json"), JSON.stringify({ format: FORMAT + 1, prefix: { now: "an object" } }));
  git(clone, "commit", "--quiet", "-am", "upgrade");
  // Past the check of pushes, which this fleet's home refuses it by.
  rmSync(join(store.gitDir, "hooks", "pre-receive"));
  git(clone, "push", "--quiet");
  const message = /this home has format 2 and this fleet knows formats up to 1: this fleet is too old for it/;
  expect(() => new Store(store.home).snapshot()).toThrow(message);
  expect(() => store.snapshot()).toThrow(message);
});

test("inside another repository it is its own", async () => {
  const outer = tempDir();
  git(outer, "init", "--quiet");
  const store = await newStore("tt", join(outer, "home"));
  await add(store, { title: "x" });
  expect(git(outer, "status", "--porcelain")).toBe("?? home/\n");
  expect(git(outer, "log", "--all", "--oneline")).toBe("");
});

test.each(["commit", "merge", "rebase"])(
  "a linked worktree of the home refuses %s and names the clone",
  async (verb) => {
    const store = await newStore();
    await add(store, { title: "x" });
    const tree = join(tempDir(), "tree");
    git(store.home, "branch", "side", "main~1");
    git(store.home, "worktree", "add", "--quiet", tree, verb === "commit" ? "main" : "side");
    mkdirSync(join(tree, "notes"));
    writeFileSync(join(tree, "notes", "n"), "x");
    git(tree, "add", "-A");
    const before = store.tip();
    const args =
      {
        commit: ["commit", "-m", "by hand"],
        merge: ["merge", "--no-ff", "-m", "m", "main"],
        rebase: ["rebase", "--force-rebase", "main"],
      }[verb] ?? [];
    if (verb !== "commit") git(tree, "reset", "--quiet", "--hard");
    expect(() => git(tree, ...args)).toThrow(/Clone it, commit in the clone, and push/);
    expect(store.tip()).toBe(before);
    const act = acting();
    await add(store, { title: "still works" }, act);
  },
);

test("one that can't be looked into is not called missing", async () => {
  // Not below the tests' own directory: that one is closed to others already.
  const above = mkdtempSync("/tmp/fleet-home-");
  chmodSync(above, 0o755);
  const { home, gitDir } = await newStore("tt", join(above, "home"));
  chmodSync(home, 0o755);
  const uid = process.geteuid?.();
  onTestFinished(() => {
    if (uid === 0) process.seteuid?.(0);
    for (const path of [home, gitDir]) chmodSync(path, 0o700);
    rmSync(above, { recursive: true });
  });
  for (const [path, closed] of [
    [home, gitDir],
    [gitDir, join(gitDir, "fleet")],
  ] as const) {
    chmodSync(path, 0o000);
    // Nothing is closed to root.
    if (uid === 0) process.seteuid?.(65_534);
    expect(() => homeExists(home)).toThrow(
      expect.objectContaining({
        code: "unreadable",
        message: "it can't be read: permission was refused",
        where: closed,
      }),
    );
    if (uid === 0) process.seteuid?.(0);
    chmodSync(path, 0o755);
  }
  expect(homeExists(home)).toBe(true);
});
