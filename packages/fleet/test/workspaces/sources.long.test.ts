/** Making workspaces, in full: from every kind of source, and killed at every point. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { POINTS } from "../../src/workspaces/making.ts";
import { takeBack } from "../../src/workspaces/take-back.ts";
import { ensureIn, type Ground, Killed, killedAt, madeOf, makeGround, pictureOf } from "./support.ts";

test("killed at any point, it is made by the next one who asks", async () => {
  const ground = makeGround();
  const before = pictureOf(join(ground.repo, ".git"));
  for (const point of POINTS) {
    rmSync(ground.home, { recursive: true });
    await expect(ensureWorkspace(killedAt(ground, point), { task: "t-1", cwd: ground.repo })).rejects.toThrow(Killed);
    const { dir } = await ensureIn(ground);
    expect([point, ground.gitIn(dir, "status", "--porcelain", "-b")]).toEqual([point, "## fleet/t-1"]);
  }
  expect(pictureOf(join(ground.repo, ".git"))).toEqual(before);
});

test("sources of many kinds work: linked working tree, bare, shallow, detached, sha256, linked objects, borrowed objects", async () => {
  const ground = makeGround();
  const { dir, git, gitIn, repo } = ground;
  git("worktree", "add", "-q", "-b", "linked", join(dir, "linked"));
  gitIn(dir, "clone", "-q", "--bare", repo, "bare");
  gitIn(dir, "clone", "-q", "--depth=1", `file://${repo}`, "shallow");
  gitIn(dir, "clone", "-q", repo, "detached");
  gitIn(join(dir, "detached"), "checkout", "-q", "--detach", "HEAD~1");
  gitIn(dir, "init", "-q", "--object-format=sha256", "sha256");
  gitIn(join(dir, "sha256"), "commit", "-q", "--allow-empty", "-m", "first");
  gitIn(dir, "clone", "-q", repo, 'with "quotes"');
  gitIn(dir, "clone", "-q", repo, "moved");
  renameSync(join(dir, "moved/.git/objects"), join(dir, "objects"));
  symlinkSync(join(dir, "objects"), join(dir, "moved/.git/objects"));
  gitIn(dir, "clone", "-q", "--shared", repo, "shared");
  for (const [n, name] of [
    "linked",
    "bare",
    "shallow",
    "detached",
    "sha256",
    'with "quotes"',
    "moved",
    "shared",
  ].entries()) {
    const record = await ensureIn(ground, `t-${n}`, join(dir, name));
    expect([name, gitIn(record.dir, "status", "--porcelain")]).toEqual([name, ""]);
    expect(gitIn(record.dir, "rev-parse", "HEAD")).toBe(gitIn(join(dir, name), "rev-parse", "HEAD"));
    expect(gitIn(record.dir, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
    expect(record.target).toBe(
      name === "detached" ? undefined : gitIn(join(dir, name), "symbolic-ref", "--short", "HEAD"),
    );
  }
});

test("several are made of one source at once", async () => {
  const ground = makeGround();
  const all = await Promise.all(["t-1", "t-2", "t-3", "t-4"].map(async (task) => await ensureIn(ground, task)));
  expect(new Set(all.map(({ depot }) => depot)).size).toBe(1);
  for (const { dir, branch } of all) expect(ground.gitIn(dir, "status", "--porcelain", "-b")).toBe(`## ${branch}`);
});

test("what the source drops and prunes stays in the clone", async () => {
  const ground = makeGround();
  const { git, gitIn } = ground;
  git("checkout", "-qb", "side");
  ground.write("s", "s\n");
  git("add", "-A");
  git("commit", "-qm", "side");
  const side = git("rev-parse", "HEAD");
  git("checkout", "-q", "main");
  const { dir } = await ensureIn(ground);
  git("branch", "-qD", "side");
  git("commit", "-q", "--amend", "-m", "other");
  git("reflog", "expire", "--expire=now", "--all");
  git("gc", "-q", "--prune=now");
  // A second task brings the depot up to date, where the branch is gone, too.
  await ensureIn(ground, "t-2");
  expect(gitIn(dir, "merge", "-q", side)).toBe("");
  expect(gitIn(dir, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
});

test("a workspace that was deleted is made again", async () => {
  const ground = makeGround();
  const { dir } = await ensureIn(ground);
  rmSync(dir, { recursive: true });
  const answer = await ensureWorkspace(ground.making, { task: "t-1", cwd: ground.repo });
  expect(madeOf(answer).dir).toBe(dir);
  expect(ground.gitIn(dir, "status", "--porcelain")).toBe("");
});

/** A partial clone of the ground's repository, whose remote hands over what is missing. */
function partialOf({ dir, repo, git, gitIn, home }: Ground): string {
  git("config", "uploadpack.allowFilter", "true");
  git("config", "uploadpack.allowAnySHA1InWant", "true");
  gitIn(dir, "clone", "-q", "--filter=blob:none", "--no-checkout", `file://${repo}`, "partial");
  gitIn(join(dir, "partial"), "checkout", "-q", "main");
  mkdirSync(join(home, ".git/fleet"), { recursive: true });
  writeFileSync(join(home, ".git/fleet/home-id"), "7f3a9c1e-0000\n");
  return join(dir, "partial");
}

test("a partial clone gets one ref for a task, and nothing else; its work is taken back", async () => {
  const ground = makeGround();
  const { gitIn, making } = ground;
  const source = partialOf(ground);
  const refs = (): string => gitIn(source, "for-each-ref", "--format=%(refname)");
  const before = [refs(), readFileSync(join(source, ".git/config"), "utf8"), gitIn(source, "status", "--porcelain")];
  const record = await ensureIn(ground, "t-1", source);
  expect(
    refs()
      .split("\n")
      .filter((name) => !before[0]?.split("\n").includes(name)),
  ).toEqual([record.source_ref]);
  expect(readFileSync(join(source, ".git/config"), "utf8")).toBe(before[1]);
  expect(gitIn(source, "status", "--porcelain")).toBe(before[2]);
  expect(gitIn(record.dir, "status", "--porcelain", "-b")).toBe("## fleet/t-1");
  expect(gitIn(record.dir, "show", "HEAD~1:f")).toBe("one");
  writeFileSync(join(record.dir, "new"), "new\n");
  gitIn(record.dir, "add", "-A");
  gitIn(record.dir, "commit", "-qm", "work");
  writeFileSync(join(record.dir, "left"), "left\n");
  const { depot, branch, dir: top } = record;
  const taken = await takeBack(making, { task: "t-1", attempt: "1", depot, top, branch });
  expect(taken.left).toEqual([]);
  rmSync(top, { recursive: true });
  expect(gitIn(depot, "show", `${taken.snapshot}:left`)).toBe("left");
  const again = await ensureIn(ground, "t-1", source);
  expect(gitIn(again.dir, "log", "-1", "--format=%s")).toBe("work");
});

test("killed at any point, the clone of a partial one is made by the next who asks, and its source has no more than its ref", async () => {
  const ground = makeGround();
  const { gitIn, home } = ground;
  const source = partialOf(ground);
  const refs = (): string[] => gitIn(source, "for-each-ref", "--format=%(refname)").split("\n");
  const before = refs();
  for (const point of POINTS) {
    rmSync(join(home, "work"), { recursive: true, force: true });
    rmSync(join(home, "tasks"), { recursive: true, force: true });
    await expect(ensureWorkspace(killedAt(ground, point), { task: "t-1", cwd: source })).rejects.toThrow(Killed);
    const { dir, source_ref: ref } = await ensureIn(ground, "t-1", source);
    expect([point, gitIn(dir, "status", "--porcelain", "-b")]).toEqual([point, "## fleet/t-1"]);
    expect(refs().filter((name) => !before.includes(name))).toEqual([ref]);
  }
});

test("sparse sources and those with submodules are whole in a clone; a path with a line break is refused by name", async () => {
  const ground = makeGround();
  const { dir, repo, git, gitIn, making } = ground;
  gitIn(dir, "clone", "-q", repo, "sparse");
  gitIn(join(dir, "sparse"), "sparse-checkout", "set", "--cone", "nothing");
  const sparse = await ensureIn(ground, "t-1", join(dir, "sparse"));
  expect(gitIn(sparse.dir, "ls-files", "-t")).toBe("H f\nH packages/api/a");
  expect(existsSync(join(sparse.dir, "packages/api/a"))).toBe(true);
  gitIn(dir, "init", "-q", "module");
  gitIn(join(dir, "module"), "commit", "-q", "--allow-empty", "-m", "of the module");
  git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "m");
  git("commit", "-qm", "with a module");
  const outer = await ensureIn(ground, "t-2");
  gitIn(outer.dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init");
  expect(gitIn(join(outer.dir, "m"), "log", "--format=%s")).toBe("of the module");
  gitIn(dir, "clone", "-q", repo, "line\nbreak");
  const refused = await ensureWorkspace(making, { task: "t-3", cwd: join(dir, "line\nbreak") });
  expect(refused.kind === "refused" ? refused.why : "").toContain("a path of the repository has a line break");
});

test("a partial clone that was moved is found again where the task's directory is now", async () => {
  const ground = makeGround();
  const { dir, gitIn, making } = ground;
  const source = partialOf(ground);
  const record = await ensureIn(ground, "t-1", source);
  renameSync(source, join(dir, "elsewhere"));
  const lost = await ensureWorkspace(making, { task: "t-1", cwd: source });
  expect(lost.kind === "refused" ? lost.why : "ready").toContain("is gone or was moved: fleet bd update t-1 --cwd DIR");
  await ensureIn(ground, "t-1", join(dir, "elsewhere"));
  expect(gitIn(record.dir, "log", "--format=%s")).toBe("two\none");
});

test("a full source may be moved or deleted; made again, its clone follows it", async () => {
  const ground = makeGround();
  const { dir, repo, gitIn } = ground;
  const record = await ensureIn(ground);
  renameSync(repo, join(dir, "elsewhere"));
  expect((await ensureIn(ground)).dir).toBe(record.dir);
  expect(gitIn(record.dir, "fsck", "--connectivity-only", "--no-dangling")).toBe("");
  rmSync(record.dir, { recursive: true });
  const again = await ensureIn(ground, "t-1", join(dir, "elsewhere"));
  expect(again.source.top).toBe(join(dir, "elsewhere"));
});

test("files of git-lfs that an attempt made are kept, and are in a clone that is made again", async () => {
  const ground = makeGround();
  const record = await ensureIn(ground);
  const oid = createHash("sha256").update("large").digest("hex");
  const own = join(record.dir, ".git/lfs/objects", oid.slice(0, 2), oid.slice(2, 4), oid);
  mkdirSync(dirname(own), { recursive: true });
  writeFileSync(own, "large");
  const { depot, branch, dir: top } = record;
  await takeBack(ground.making, { task: "t-1", attempt: "1", depot, top, branch });
  rmSync(top, { recursive: true });
  await ensureIn(ground);
  expect(readFileSync(own, "utf8")).toBe("large");
});
