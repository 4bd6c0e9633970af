/** Making workspaces, in full: from every kind of source, and killed at every point. */
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ensureWorkspace } from "../../src/workspaces/ensure.ts";
import { POINTS } from "../../src/workspaces/making.ts";
import { ensureIn, Killed, killedAt, madeOf, makeGround, pictureOf } from "./support.ts";

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
