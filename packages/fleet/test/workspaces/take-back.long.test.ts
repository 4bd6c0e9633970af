/** What an attempt made in repositories inside its clone, and what is broken there, taken into the depot without its configuration: whatever becomes of the workspace, it is there. */
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import type { Point } from "../../src/workspaces/making.ts";
import { attemptRefs, type Taken, takeBack } from "../../src/workspaces/take-back.ts";
import type { WorkspaceRecord } from "../../src/workspaces/record.ts";
import { ensureIn, type Ground, madeOf, makeGround } from "./support.ts";

const takeFrom = async ({ making }: Ground, { dir, depot, branch }: WorkspaceRecord, attempt = "1"): Promise<Taken> =>
  await takeBack(making, { task: "t-1", attempt, depot, top: dir, branch });

test("the work of repositories inside is taken too: what was committed there, and what was not", async () => {
  const ground = makeGround();
  const { gitIn, repo, dir: outside } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  gitIn(outside, "init", "-q", "lib");
  gitIn(join(outside, "lib"), "commit", "-q", "--allow-empty", "-m", "lib");
  gitIn(dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", join(outside, "lib"), "sub");
  writeFileSync(join(dir, "sub/s"), "s\n");
  gitIn(join(dir, "sub"), "add", "-A");
  gitIn(join(dir, "sub"), "commit", "-qm", "in the submodule");
  gitIn(dir, "init", "-q", "tmp/made");
  writeFileSync(join(dir, "tmp/made/x"), "x\n");
  gitIn(dir, "init", "-q", "own");
  gitIn(join(dir, "own"), "commit", "-q", "--allow-empty", "-m", "in a new repository");
  writeFileSync(join(dir, "own/y"), "y\n");
  const taken = await takeFrom(ground, record);
  expect(taken).toMatchObject({ nested: ["own", "sub", "tmp/made"], left: [] });
  const at = attemptRefs("t-1", "1");
  expect(gitIn(depot, "ls-tree", "-r", "--name-only", `${at}/snapshot`).split("\n")).toEqual([
    ".gitmodules",
    "f",
    "own",
    "packages/api/a",
    "sub",
  ]);
  expect(gitIn(depot, "log", "--format=%s", `${at}/nested/0/heads/main`)).toBe("in a new repository");
  expect(gitIn(depot, "show", `${at}/nested/0/snapshot:y`)).toBe("y");
  expect(gitIn(depot, "log", "-1", "--format=%s", `${at}/nested/1/heads/main`)).toBe("in the submodule");
  expect(gitIn(depot, "show", `${at}/nested/2/snapshot:x`)).toBe("x");
  expect(existsSync(join(repo, "own"))).toBe(false);
});

test("a ref that leads to something missing is named, and the rest is kept", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  gitIn(dir, "checkout", "-qb", "broken");
  writeFileSync(join(dir, "b"), "b\n");
  gitIn(dir, "add", "b");
  gitIn(dir, "commit", "-qm", "b");
  const blob = gitIn(dir, "rev-parse", "HEAD:b");
  gitIn(dir, "checkout", "-q", "fleet/t-1");
  rmSync(join(dir, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  gitIn(dir, "commit", "-q", "--allow-empty", "-m", "kept");
  const taken = await takeFrom(ground, record);
  expect(taken.left).toEqual([expect.stringContaining("heads/broken (")]);
  expect(gitIn(depot, "log", "-1", "--format=%s", `${attemptRefs("t-1", "1")}/branch`)).toBe("kept");
});

test("a repository inside that can't be read is named, and costs nothing of the others", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  const inside = (name: string, ...args: string[]): string => {
    const at = join(dir, name);
    gitIn(dir, "init", "-q", ...args, name);
    writeFileSync(join(at, "x"), `${name}\n`);
    gitIn(at, "add", "-A");
    gitIn(at, "commit", "-qm", name);
    return join(at, ".git");
  };
  const tables = inside("a-tables");
  rmSync(join(tables, "refs/heads"), { recursive: true });
  writeFileSync(join(tables, "refs/heads"), "this repository uses the reftable format\n");
  mkdirSync(join(tables, "reftable"));
  writeFileSync(join(tables, "reftable/tables.list"), "0x1-0x2-a.ref\n");
  writeFileSync(join(tables, "HEAD"), "ref: refs/heads/.invalid\n");
  rmSync(join(inside("b-headless"), "HEAD"));
  inside("c-sha256", "--object-format=sha256");
  const half = inside("d-half");
  writeFileSync(join(half, "refs/heads/main"), readFileSync(join(half, "refs/heads/main"), "utf8").slice(0, 20));
  writeFileSync(join(inside("e-index"), "index"), "no index\n");
  const wild = inside("f-head");
  rmSync(join(wild, "HEAD"));
  mkdirSync(join(wild, "HEAD"));
  inside("whole");
  const { left, nested } = await takeFrom(ground, record);
  expect(nested).toEqual(["a-tables", "b-headless", "c-sha256", "d-half", "e-index", "f-head", "whole"]);
  const named = (path: string): string[] => left.filter((what) => what.startsWith(path));
  expect(named("a-tables")).toEqual(["a-tables: all refs (they are kept as reftables, which are not read)"]);
  expect(named("b-headless")).toEqual(["b-headless: HEAD (it is gone)"]);
  expect(named("c-sha256: heads/main (")).toHaveLength(1);
  expect(named("d-half").sort()).toEqual([
    "d-half: HEAD (it names no commit and no branch)",
    "d-half: refs/heads/main (it names no commit)",
  ]);
  expect(named("e-index")).toEqual([expect.stringMatching(/^e-index: what was staged \(/)]);
  expect(named("f-head")).toEqual(["f-head: HEAD (there is a directory in its place)"]);
  expect(named("whole")).toEqual([]);
  const at = `${attemptRefs("t-1", "1")}/nested`;
  expect(gitIn(depot, "log", "--format=%s", `${at}/6/heads/main`)).toBe("whole");
  expect(gitIn(depot, "show", `${at}/1/snapshot:x`)).toBe("b-headless");
  expect(gitIn(depot, "show", `${at}/4/snapshot:x`)).toBe("e-index");
});

test("an index that can't be read costs what was staged, by name; the files are kept as they lie there", async () => {
  const ground = makeGround();
  const { gitIn } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  writeFileSync(join(dir, "f"), "changed\n");
  writeFileSync(join(dir, "staged"), "staged\n");
  // Or git would look at it again, as at one that was changed just now.
  utimesSync(join(dir, "staged"), 1_000_000_000, 1_000_000_000);
  gitIn(dir, "add", "staged");
  const blob = gitIn(dir, "rev-parse", ":staged");
  rmSync(join(dir, ".git/objects", blob.slice(0, 2), blob.slice(2)));
  const first = await takeFrom(ground, record);
  expect(first.left).toEqual([expect.stringMatching(/^what was staged \(git: /)]);
  const at = attemptRefs("t-1", "1");
  expect(gitIn(depot, "show", `${at}/snapshot:staged`)).toBe("staged");
  rmSync(join(dir, ".git/index"));
  mkdirSync(join(dir, ".git/index"));
  const second = await takeFrom(ground, record, "2");
  expect(second.left).toEqual([expect.stringMatching(/^what was staged \(/)]);
  expect(gitIn(depot, "show", `${attemptRefs("t-1", "2")}/snapshot:f`)).toBe("changed");
});

test("keeps the agent's refs next to fleet's, and names a working tree elsewhere", async () => {
  const ground = makeGround();
  const { gitIn, dir: outside } = ground;
  const record = await ensureIn(ground);
  const { dir, depot } = record;
  gitIn(dir, "commit", "-q", "--allow-empty", "-m", "odd");
  for (const name of ["refs/snapshot", "refs/branch", "refs/bisect/bad"]) gitIn(dir, "update-ref", name, "HEAD");
  gitIn(dir, "reset", "-q", "--hard", "HEAD~1");
  gitIn(dir, "worktree", "add", "-q", "--detach", "linked");
  gitIn(join(dir, "linked"), "commit", "-q", "--allow-empty", "-m", "linked");
  writeFileSync(join(dir, "linked/new"), "new\n");
  gitIn(dir, "worktree", "add", "-q", "--detach", join(outside, "elsewhere"));
  gitIn(dir, "pack-refs", "--all");
  const taken = await takeFrom(ground, record);
  expect(taken.left).toEqual([`the working tree ${outside}/elsewhere, whose repository this is`]);
  expect(taken.tip).toBe(gitIn(dir, "rev-parse", "HEAD"));
  const at = attemptRefs("t-1", "1");
  expect(gitIn(depot, "rev-parse", `${at}/branch`)).toBe(taken.tip);
  expect(gitIn(depot, "rev-parse", `${at}/snapshot`)).toBe(taken.snapshot);
  for (const name of ["snapshot", "branch", "bisect/bad"])
    expect(gitIn(depot, "log", "-1", "--format=%s", `${at}/refs/${name}`)).toBe("odd");
  expect(gitIn(depot, "log", "-1", "--format=%s", `${at}/worktrees/linked/head`)).toBe("linked");
  expect(gitIn(depot, "show", `${at}/nested/0/snapshot:new`)).toBe("new");
});

test("a branch that a person moves and prunes while a clone is made is in it as the depot has it", async () => {
  const ground = makeGround();
  const { git, gitIn, making, repo } = ground;
  await ensureIn(ground, "t-0");
  git("branch", "topic");
  git("update-ref", "refs/heads/topic", git("commit-tree", "-m", "first", "-p", "HEAD", "HEAD^{tree}"));
  const at = (point: Point): void => {
    if (point !== "depot-swept") return;
    git("update-ref", "refs/heads/topic", git("commit-tree", "-m", "amended", "-p", "HEAD", "HEAD^{tree}"));
    git("reflog", "expire", "--expire=now", "--all");
    git("gc", "-q", "--prune=now");
  };
  const record = madeOf(await ensureWorkspace({ ...making, at }, { task: "t-1", cwd: repo }));
  expect(gitIn(record.dir, "log", "-1", "--format=%s", "topic")).toBe("amended");
  expect(gitIn(record.dir, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
  expect((await takeFrom(ground, record)).left).toEqual([]);
});
